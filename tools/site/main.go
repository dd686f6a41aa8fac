// Command site builds the documentation into a folder of plain HTML, with a search that
// needs no server.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	root := flag.String("root", "../..", "the root of the repository")
	out := flag.String("out", "../../bin/site", "the folder of the site")
	flag.Parse()
	s, err := read(*root)
	if err == nil {
		err = s.write(*out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
	fmt.Fprintf(os.Stderr, "%s: %d pages\n", *out, len(s.pages))
}
