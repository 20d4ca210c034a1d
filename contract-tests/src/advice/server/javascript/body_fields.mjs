const FEATURES = ["COMPANY_DATA", "CONTACTS", "TECHNOLOGIES"];
const MAX_COMPANIES = 10_000;

/** Every rule of the schema, and nothing else, is checked before anything is stored. No value is converted, cut or replaced. */
export function errorsOfOrder(body) {
  const errors = [];
  const reject = (field, error) => errors.push({ field, error, provided: body[field] ?? null });
  const { title, features, companies } = body;
  const characters = typeof title === "string" ? [...title].length : 0;
  if (characters < 1 || characters > 255) reject("title", "must be a text of 1 to 255 characters");
  if (!Array.isArray(features) || !features.every((item) => FEATURES.includes(item))) {
    reject("features", `must be a list of ${FEATURES.join(", ")}`);
  }
  if (body.order_type === "DISCOVERY") {
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
