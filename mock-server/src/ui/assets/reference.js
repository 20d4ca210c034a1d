// Shows the OpenAPI document with Swagger UI, ready to send requests with a key of the organization.

const place = document.getElementById("reference");

// Controls to which the viewer gives no name.
const NAMES = {
  "#servers": () => "Server",
  ".copy-to-clipboard button": () => "Copy",
  ".close-modal": () => "Close",
  select: (element) => element.closest("[data-param-name]")?.dataset.paramName ?? "Media type",
  textarea: (element) => element.closest("[data-param-name]")?.dataset.paramName ?? "Body",
};

// The viewer makes a link of the name of an operation, within the button that opens it. The button alone can do both.
const withoutLinks = {
  wrapComponents: { DeepLink: (_, { React }) => ({ text }) => React.createElement("span", null, text) },
};

const viewer = globalThis.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: true,
  onComplete: () => place.dataset.key && viewer.preauthorizeApiKey("apiKey", place.dataset.key),
  plugins: [withoutLinks],
  syntaxHighlight: { activated: false },
  validatorUrl: null,
});

new MutationObserver(nameControls).observe(place, { childList: true, subtree: true });
nameControls();

function nameControls() {
  // Other names than what these buttons show.
  for (const button of place.querySelectorAll(".modal-btn[aria-label]")) button.removeAttribute("aria-label");
  for (const [selector, name] of Object.entries(NAMES)) {
    for (const element of place.querySelectorAll(`${selector}:not([aria-label])`)) element.setAttribute("aria-label", name(element));
  }
}
