//! `tern-media://localhost/<id>`: how the window gets the bytes of a picture.
//!
//! Pictures are decrypted in memory on request and never written anywhere in clear. The answer
//! forbids everything but being an image, so a hostile file cannot become a page.

use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

use crate::Shell;

/// Name of the scheme; the content security policy names it too.
pub(crate) const SCHEME: &str = "tern-media";

/// Answers one request.
pub(crate) fn serve(
    ctx: UriSchemeContext<'_, Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let Some(shell) = ctx.app_handle().try_state::<Shell>() else {
        return responder.respond(empty(StatusCode::SERVICE_UNAVAILABLE));
    };
    let app = shell.app().clone();
    let id = request.uri().path().trim_start_matches('/').to_owned();
    #[expect(
        clippy::disallowed_methods,
        reason = "one answer to one request of the window; it ends with it"
    )]
    tauri::async_runtime::spawn(async move {
        let response = match app.media(&id).await {
            Ok(picture) => Response::builder()
                .header(header::CONTENT_TYPE, picture.content_type)
                .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
                .header(
                    header::CONTENT_SECURITY_POLICY,
                    "default-src 'none'; sandbox",
                )
                .header(header::CACHE_CONTROL, "private, max-age=3600")
                .body(picture.bytes)
                .unwrap_or_else(|_| empty(StatusCode::INTERNAL_SERVER_ERROR)),
            Err(_) => empty(StatusCode::NOT_FOUND),
        };
        responder.respond(response);
    });
}

fn empty(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}
