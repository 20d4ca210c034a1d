static class Metadata
{
    /// <summary>
    /// Served at /.well-known/oauth-authorization-server, and the same at /.well-known/openid-configuration. The issuer is exactly the URL
    /// that clients begin with: no slash at its end, and every endpoint below it.
    /// </summary>
    public static object Of(string issuer) => new
    {
        issuer,
        authorization_endpoint = issuer + "/authorize",
        token_endpoint = issuer + "/token",
        revocation_endpoint = issuer + "/revoke",
        introspection_endpoint = issuer + "/introspect",
        jwks_uri = issuer + "/jwks",
        response_types_supported = new[] { "code" },
        grant_types_supported = new[] { "authorization_code", "refresh_token" },
        code_challenge_methods_supported = new[] { "S256" },
        authorization_response_iss_parameter_supported = true,
    };
}
