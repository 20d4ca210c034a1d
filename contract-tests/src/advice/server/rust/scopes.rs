use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

/// Exactly one scope for each operation, and no operation without one: the compiler asks for it.
#[derive(Clone, Copy)]
pub enum Operation {
    ListOrders,
    CreateOrder,
    GetOrder,
}

impl Operation {
    /// A HEAD is the operation of its GET, and needs what that needs.
    pub fn of(method: &Method, route: &str) -> Option<Self> {
        Some(match (method.as_str(), route) {
            ("GET" | "HEAD", "/orders") => Self::ListOrders,
            ("POST", "/orders") => Self::CreateOrder,
            ("GET" | "HEAD", "/orders/{id}") => Self::GetOrder,
            _ => return None,
        })
    }

    fn scope(self) -> &'static str {
        match self {
            Self::ListOrders | Self::GetOrder => "orders:read",
            Self::CreateOrder => "orders:write",
        }
    }

    /// The body of a 403, if the scope is not held.
    pub fn missing_scope(self, held: &BTreeSet<String>) -> Option<Value> {
        let required = self.scope();
        (!held.contains(required)).then(|| {
            json!({
                "code": "AUTHORIZATION_ERROR",
                "message": format!("Insufficient permissions. Required scopes: {required}"),
                "detail": {"required_scopes": [required], "user_scopes": held},
            })
        })
    }
}
