// Shows the OpenAPI document with Swagger UI, ready to send requests with a key of the organization.

// The viewer has a dark theme of its own.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const place = document.getElementById("reference");
const viewer = globalThis.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: true,
  onComplete: () => place.dataset.key && viewer.preauthorizeApiKey("apiKey", place.dataset.key),
  validatorUrl: null,
});
