// Reads a JSON list of YAML texts from standard input, and prints for each the trees of
// its documents, or the code of what is wrong with it.
import { readFileSync } from 'node:fs'
import { isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml'

const core = name => `tag:yaml.org,2002:${name}`
const nulls = new Set(['', '~', 'null', 'Null', 'NULL'])

// A scalar is its text, with an = before it where quotes or a tag made it a string.
function scalar(node) {
  const string = node.tag ? [core('str'), '!'].includes(node.tag) : node.type !== 'PLAIN'
  if (node.tag === core('null') || (!node.tag && !string && nulls.has(node.value))) return null
  return (string ? '=' : '') + node.value
}

function tree(doc, node) {
  if (isAlias(node)) return tree(doc, node.resolve(doc))
  if (isSeq(node)) return node.items.map(item => tree(doc, isPair(item) ? { items: [item], pair: true } : item))
  if (isMap(node) || node?.pair) return map(doc, node)
  return node ? scalar(node) : null
}

function map(doc, node) {
  const own = {}, merged = {}
  for (const { key, value } of node.items) {
    const target = isAlias(key) ? key.resolve(doc) : key
    if (target && !isScalar(target)) throw new Error('KEY')
    if (target?.value === '<<' && target.type === 'PLAIN' && !target.tag && target === key) {
      const from = tree(doc, value)
      for (const one of Array.isArray(from) ? from : [from]) {
        if (one === null || typeof one !== 'object' || Array.isArray(one)) throw new Error('MERGE')
        for (const name in one) merged[name] ??= [one[name]]
      }
    } else {
      own['k' + (target?.value ?? '')] = [tree(doc, value)]
    }
  }
  const all = { ...merged, ...own }
  return Object.fromEntries(Object.entries(all).map(([name, [value]]) => [name, value]))
}

function read(text) {
  try {
    const docs = parseAllDocuments(text, { version: '1.2', schema: 'failsafe', uniqueKeys: false, stringKeys: false, logLevel: 'silent' })
    const wrong = [...docs].flatMap(doc => doc.errors)[0]
    return wrong ? { error: wrong.code, message: wrong.message } : { trees: [...docs].map(doc => tree(doc, doc.contents)).filter(root => root !== null) }
  } catch (error) {
    return { error: error.message.split(' ')[0], message: error.message }
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(read)))
