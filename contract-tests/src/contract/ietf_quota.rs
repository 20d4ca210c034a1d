//! `RateLimit` and `RateLimit-Policy` of the IETF draft: the policy that is closest to its limit, and all policies.

/// A parameter of the first policy in `RateLimit` or `RateLimit-Policy`, such as `r` in `"default";r=9;t=30`.
pub(crate) fn parameter(text: &str, name: &str) -> Option<u64> {
    parameter_of(text.split(',').next()?, name)
}

/// A parameter in `RateLimit-Policy` of the policy that `RateLimit` reports on; of the first one if none has that name.
pub(crate) fn reported(policies: &str, state: &str, name: &str) -> Option<u64> {
    let reported = policy_name(state);
    let mut each = policies.split(',');
    let same = each.find(|policy| policy_name(policy) == reported);
    parameter_of(same.or_else(|| policies.split(',').next())?, name)
}

fn parameter_of(policy: &str, name: &str) -> Option<u64> {
    let mut parameters = policy.split(';').filter_map(|one| one.split_once('='));
    let (_, value) = parameters.find(|(known, _)| known.trim() == name)?;
    value.trim().parse().ok()
}

fn policy_name(policy: &str) -> Option<&str> {
    policy.split(';').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_policy_that_is_reported_on() {
        let policies = r#""hour";q=100;w=3600, "second";q=10;w=1"#;
        let limit = |state| reported(policies, state, "q");
        assert_eq!(limit(r#""second";r=9;t=1"#), Some(10));
        assert_eq!(limit(r#""hour";r=9;t=1"#), Some(100));
        assert_eq!(limit(r#""default";r=9;t=1"#), Some(100));
        assert_eq!(reported("", "", "q"), None);
        assert_eq!(parameter(policies, "w"), Some(3_600));
    }
}
