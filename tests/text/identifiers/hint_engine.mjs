// Reads one JSON text a line, writes one list of [start, end, type] a line, in code points.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const { Hinter } = await import(pathToFileURL(`${folder}/hint.mjs`));
const { default: data } = await import(pathToFileURL(`${folder}/hint-data.mjs`));
const hinter = new Hinter(data);
for await (const line of createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  const points = (units) => [...text.slice(0, units)].length;
  const found = hinter.find(text).map(({ start, end, type }) => [points(start), points(end), type]);
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
