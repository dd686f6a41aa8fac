package diag

import (
	"bytes"
	"net/url"

	"github.com/jobgen-dev/jobgen/internal/escape"
)

// The parts of SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format")
// that code scanning services read.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string        `json:"id"`
		ShortDescription *sarifMessage `json:"shortDescription,omitempty"`
		Properties       sarifTags     `json:"properties"`
	}
	sarifTags struct {
		Tags []string `json:"tags"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID           string          `json:"ruleId"`
		Level            string          `json:"level"`
		Message          sarifMessage    `json:"message"`
		Locations        []sarifLocation `json:"locations"`
		RelatedLocations []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
		Message          *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndColumn   int `json:"endColumn"`
	}
)

func writeSARIF(b *bytes.Buffer, r Report) error {
	driver := sarifDriver{
		Name: "jobgen", Version: r.Tool, InformationURI: "https://github.com/jobgen-dev/jobgen", Rules: []sarifRule{},
	}
	for _, code := range r.Diagnostics.codes() {
		rule := sarifRule{ID: code, Properties: sarifTags{[]string{Check(code)}}}
		if line := r.Rules[code]; line != "" {
			rule.ShortDescription = &sarifMessage{line}
		}
		driver.Rules = append(driver.Rules, rule)
	}
	run := sarifRun{Tool: sarifTool{driver}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	for _, d := range r.Diagnostics {
		result := sarifResult{
			RuleID: d.Code, Level: d.Severity.String(), Message: sarifMessage{d.text()}, Locations: []sarifLocation{d.Place.sarif("")},
		}
		for _, related := range d.Related {
			result.RelatedLocations = append(result.RelatedLocations, related.Place.sarif(related.Message))
		}
		run.Results = append(run.Results, result)
	}
	return escape.WriteJSON(b, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// sarif returns the place as SARIF has it; a file is named by a relative reference.
func (p Place) sarif(message string) sarifLocation {
	location := sarifLocation{PhysicalLocation: sarifPhysical{ArtifactLocation: sarifArtifact{(&url.URL{Path: p.File}).String()}}}
	if p.Line > 0 {
		location.PhysicalLocation.Region = &sarifRegion{p.Line, max(p.Column, 1), p.end()}
	}
	if message != "" {
		location.Message = &sarifMessage{message}
	}
	return location
}
