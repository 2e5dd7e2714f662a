//! The HTTP surface: commands, change events, pictures and the built UI, on loopback only.

use std::net::Ipv4Addr;
use std::path::Path;

use axum::extract::{DefaultBodyLimit, Path as UrlPath, Request, State};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use tern_app::{ApiError, App, ErrorCode, rpc};
use tokio::net::TcpListener;
use tower_http::services::{ServeDir, ServeFile};

use crate::access::{self, Access};
use crate::{events, media};

/// The policy of the desktop's window, for a page that talks HTTP instead of IPC.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; \
                      font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// Larger than any picture the app would take, so that the refusal is the app's and has words.
const LARGEST_REQUEST: usize = 128 * 1024 * 1024;

/// A listener that is ready to serve.
pub struct Server {
    listener: TcpListener,
    router: Router,
    url: String,
    token: String,
}

impl Server {
    /// Takes a port on loopback.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn bind(app: App, ui: Option<&Path>, port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let access = Access::new(port);
        let token = access.token().to_owned();
        Ok(Self {
            listener,
            router: router(app, ui, access),
            url: format!("http://127.0.0.1:{port}/?token={token}"),
            token,
        })
    }

    /// The address to open, with the token of this run.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token alone, for clients that send it as a bearer token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Serves until it is dropped.
    ///
    /// # Errors
    /// The listener broke.
    pub async fn serve(self) -> std::io::Result<()> {
        axum::serve(self.listener, self.router).await
    }
}

fn router(app: App, ui: Option<&Path>, access: Access) -> Router {
    let mut router = Router::new()
        .route("/call/{name}", post(call))
        .route("/events", get(events::follow))
        .route("/media/{*id}", get(media::show))
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
        .with_state(app);
    if let Some(folder) = ui {
        let index = ServeFile::new(folder.join("index.html"));
        router = router.fallback_service(ServeDir::new(folder).fallback(index));
    }
    router
        .layer(middleware::from_fn(guard_page))
        .layer(middleware::from_fn_with_state(access, access::check))
}

/// Every answer carries the policy, unless it brought a stricter one.
async fn guard_page(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers: &mut HeaderMap = response.headers_mut();
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn call(
    State(app): State<App>,
    UrlPath(name): UrlPath<String>,
    Json(request): Json<serde_json::Value>,
) -> Response {
    match rpc::dispatch(&app, &name, request).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => (status(&error), Json(error)).into_response(),
    }
}

/// For people who read the network tab; the UI switches on the code in the body.
fn status(error: &ApiError) -> StatusCode {
    match error.code {
        ErrorCode::BadRequest => StatusCode::BAD_REQUEST,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
