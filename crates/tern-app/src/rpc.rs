//! Runs a command that arrived as a name and a JSON value: the one entry for every host.

use serde::de::DeserializeOwned;

use crate::commands::with_commands;
use crate::dto::*;
use crate::{ApiError, App, words};

macro_rules! dispatcher {
    ($( $(#[doc = $doc:literal])* $name:ident ( $($request:ty)? ) -> $answer:ty; )*) => {
        /// Every command's name.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

        /// Runs one command.
        ///
        /// # Errors
        /// [`ErrorCode::BadRequest`](crate::ErrorCode::BadRequest) for an unknown name or a malformed
        /// request, else what the command itself refuses.
        pub async fn dispatch(
            app: &App,
            name: &str,
            request: serde_json::Value,
        ) -> Result<serde_json::Value, ApiError> {
            if !app.inner.lock.admits(name) {
                return Err(words::locked());
            }
            let answer = match name {
                $(stringify!($name) => dispatcher!(@call app, $name, request $(, $request)?),)*
                _ => Err(ApiError::bad_request("there is no such command")),
            };
            // What was asked before the desk was locked is not told after it.
            if app.inner.lock.admits(name) {
                answer
            } else {
                Err(words::locked())
            }
        }
    };
    (@call $app:ident, $name:ident, $json:ident, $request:ty) => {
        match decode::<$request>($json) {
            Ok(request) => $app.$name(request).await.and_then(encode),
            Err(error) => Err(error),
        }
    };
    (@call $app:ident, $name:ident, $json:ident) => {{
        let _ = $json;
        $app.$name().await.and_then(encode)
    }};
}

with_commands!(dispatcher);

fn decode<T: DeserializeOwned>(json: serde_json::Value) -> Result<T, ApiError> {
    serde_json::from_value(json).map_err(|_| ApiError::bad_request("the request is malformed"))
}

fn encode<T: serde::Serialize>(answer: T) -> Result<serde_json::Value, ApiError> {
    serde_json::to_value(answer).map_err(|_| ApiError::internal())
}
