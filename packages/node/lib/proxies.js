// The variables that exempt the sandbox from proxies.

/** The variables with the hosts that are exempt already, those of this machine, and that of a URL. */
function exemptFromProxies(url) {
  const { NO_PROXY = "", no_proxy = "" } = process.env;
  const present = `${NO_PROXY},${no_proxy}`.split(",").map((host) => host.trim());
  const hosts = new Set([...present, "127.0.0.1", "localhost", new URL(url).hostname].filter(Boolean));
  const exempt = [...hosts].join(",");
  return { NO_PROXY: exempt, no_proxy: exempt };
}

module.exports = { exemptFromProxies };
