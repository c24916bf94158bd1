// Repositories, found by what is published about them in SSM Parameter Store.
//
// Whoever reads needs ssm:GetParameter and ssm:GetParameters on the parameters, and to list ssm:GetParametersByPath on
// the prefix itself; ecr_ssm_read makes such a policy.
import {
  GetParameterCommand,
  GetParametersCommand,
  paginateGetParametersByPath,
  SSMClient,
} from "@aws-sdk/client-ssm";

const SINGLES = ["url", "arn", "name", "registry-id", "scan-on-push", "encryption-type", "tag-mutability"];

// One for the process: an account and region share 40 reads a second, so that it slows down where it is throttled.
const ssm = new SSMClient({ retryMode: "adaptive", maxAttempts: 10 });

/**
 * Tells where to push and pull.
 *
 * @param {string} name The name that the repository is published by, such as team/api.
 * @param {string} [prefix] ecr_ssm_prefix of the environment.
 * @returns {Promise<string>} The URL without a tag.
 * @throws {Error} ParameterNotFound where it is not published.
 */
export async function getRepoUrl(name, prefix = "/ecr") {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `${prefix}/${name}/url` }));
  return Parameter.Value;
}

/**
 * Tells all that is published of a repository, whichever the layout, in one call.
 *
 * @param {string} name The name that it is published by, such as team/api.
 * @param {string} [prefix] ecr_ssm_prefix of the environment.
 * @returns {Promise<Record<string, string | boolean>>} Values by the names of the parameters, scan-on-push a boolean.
 * @throws {Error} It is not published, or in part.
 */
export async function getRepoInfo(name, prefix = "/ecr") {
  const Names = [...SINGLES, "config"].map((last) => `${prefix}/${name}/${last}`); // ten at most in a call
  const { Parameters } = await ssm.send(new GetParametersCommand({ Names }));
  const info = read(new Map(Parameters.map(({ Name, Value }) => [Name.slice(Name.lastIndexOf("/") + 1), Value])));
  if (!info) {
    throw new Error(`${name} is not published below ${prefix} in ${await ssm.config.region()}, or in part`);
  }
  return info;
}

/**
 * Tells all that is published of every repository.
 *
 * @param {string} [prefix] ecr_ssm_prefix of the environment.
 * @returns {Promise<Record<string, Record<string, string | boolean>>>} As of getRepoInfo, by name, sorted.
 */
export async function listRepositories(prefix = "/ecr") {
  const found = new Map();
  // Every page: one holds at most ten parameters, and may be empty and still not the last.
  for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: prefix, Recursive: true })) {
    for (const { Name, Value } of page.Parameters ?? []) {
      // A name may hold "/": it is all that stands between the prefix and the last part.
      const path = Name.slice(prefix.length + 1);
      const name = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
      found.set(name, (found.get(name) ?? new Map()).set(path.slice(name.length + 1), Value));
    }
  }
  const sorted = [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, values]) => [name, read(values)]).filter(([, info]) => info));
}

/** What parameters say: config where it is there, else the single ones; nothing where some are missing. */
function read(values) {
  const info = values.has("config") ? JSON.parse(values.get("config")) : Object.fromEntries(values);
  if (SINGLES.some((name) => !(name in info))) {
    return undefined;
  }
  const scanned = info["scan-on-push"];
  return {
    ...Object.fromEntries(SINGLES.map((name) => [name, info[name]])),
    "scan-on-push": scanned === true || scanned === "true",
  };
}
