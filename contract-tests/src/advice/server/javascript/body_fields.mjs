const FEATURES = ["COMPANY_DATA", "CONTACTS", "TECHNOLOGIES"];
const MAX_FEATURES = 50;
const MAX_COMPANIES = 10_000;

/**
 * The rules of four fields; check those of all others, such as of each company, before anything is stored, too.
 * No value is converted, cut or replaced.
 */
export function errorsOfOrder(body) {
  const errors = [];
  const reject = (field, error) => errors.push({ field, error, provided: body[field] ?? null });
  const { title, features, companies, order_type: type = "ENRICHMENT" } = body;
  const characters = typeof title === "string" ? [...title].length : 0;
  if (characters < 1 || characters > 200 || title.trim() === "") reject("title", "must be a text of 1 to 200 characters, and not blank");
  const areFeatures = Array.isArray(features) && features.every((item) => FEATURES.includes(item));
  if (!areFeatures || features.length < 1 || features.length > MAX_FEATURES) {
    reject("features", `must be a list of 1 to ${MAX_FEATURES} of ${FEATURES.join(", ")}`);
  }
  if (type !== "ENRICHMENT" && type !== "DISCOVERY") {
    reject("order_type", "must be ENRICHMENT or DISCOVERY");
  } else if (type === "DISCOVERY") {
    if (companies !== undefined) reject("companies", "a discovery order finds its companies itself");
  } else if (!Array.isArray(companies) || companies.length < 1 || companies.length > MAX_COMPANIES) {
    reject("companies", `must have 1 to ${MAX_COMPANIES} companies`);
  }
  return errors;
}

export const validationError = (errors) => ({
  code: "VALIDATION_ERROR",
  message: "The request is invalid",
  detail: { validation_errors: errors },
});
