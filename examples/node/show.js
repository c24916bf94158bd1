// Writes what is published as JSON: node show.js web-app team/api, or of all: node show.js
import { getRepoInfo, listRepositories } from "./repositories.js";

const names = process.argv.slice(2);
const named = () => Promise.all(names.map(async (name) => [name, await getRepoInfo(name)]));

try {
  const found = names.length > 0 ? Object.fromEntries(await named()) : await listRepositories();
  process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
