//! Media downloads: where the credential goes, which hosts are followed, and how much is read.

use axum::body::{Body, Bytes};
use serde_json::json as j;
use tern_twilio::{ContentKind, MediaError, RasterFormat, Removal, TwilioClient};

use crate::peer::{Peer, Reply, account, json, media, message, with_headers};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0000";
const CAP: usize = 1024;

fn png() -> Reply {
    with_headers(200, &[("content-type", "image/jpeg")], PNG)
}

fn redirect(to: &str) -> Reply {
    with_headers(307, &[("location", to)], "")
}

async fn download(peer: &Peer) -> Result<tern_twilio::DownloadedMedia, MediaError> {
    peer.client()
        .download_media(&message(), &media(), CAP)
        .await
}

#[tokio::test]
async fn media_is_what_its_bytes_say_and_not_its_label() {
    let peer = Peer::start([png()]).await;
    let found = download(&peer).await.unwrap();
    assert_eq!(found.content.kind, ContentKind::Picture(RasterFormat::Png));
    assert_eq!(found.content.media_type, "image/png");
    assert_eq!(found.declared_type.as_deref(), Some("image/jpeg"));
    let path = format!(
        "/2010-04-01/Accounts/{}/Messages/{}/Media/{}",
        account(),
        message(),
        media()
    );
    assert_eq!(peer.seen()[0].uri.to_string(), path);
}

#[tokio::test]
async fn t_5_markup_with_a_picture_label_is_untrusted() {
    let svg = with_headers(200, &[("content-type", "image/png")], "<svg onload='x()'/>");
    let peer = Peer::start([svg]).await;
    assert!(download(&peer).await.unwrap().content.is_untrusted());
}

#[tokio::test]
async fn a_redirect_is_followed_without_the_credential() {
    let peer = Peer::start([redirect("/short-lived/1?sig=x"), png()]).await;
    download(&peer).await.unwrap();
    let seen = peer.seen();
    assert!(seen[0].header("authorization").is_some());
    assert_eq!(seen[1].uri.to_string(), "/short-lived/1?sig=x");
    assert_eq!(seen[1].header("authorization"), None);
}

#[tokio::test]
async fn t_15_a_redirect_to_an_untrusted_host_is_not_followed() {
    let stranger = Peer::start([png()]).await;
    for target in [
        stranger.base_url.as_str(),
        "https://evil.example/x",
        "https://twilio.com.evil.example/x",
        "https://nottwilio.com/x",
        "http://media.twiliocdn.com/x",
        "https://user@media.twiliocdn.com/x",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
    ] {
        let peer = Peer::start([redirect(target)]).await;
        let error = download(&peer).await.unwrap_err();
        assert!(
            matches!(error, MediaError::UntrustedHost),
            "{target}: {error:?}"
        );
    }
    assert!(stranger.seen().is_empty());
}

#[tokio::test]
async fn t_15_a_trusted_domain_includes_its_sub_domains() {
    // The name does not resolve, so that being offline proves that the redirect was taken.
    let peer = Peer::start([redirect("https://media.cdn.invalid/x")]).await;
    let mut config = peer.config();
    config.retry.max_retries = 0;
    config.trusted_media_domains = vec!["cdn.invalid".into()];
    let client = TwilioClient::new(config).unwrap();
    let error = client
        .download_media(&message(), &media(), CAP)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, MediaError::Download(cause) if cause.is_offline()),
        "{error:?}"
    );
}

#[tokio::test]
async fn redirects_without_end_are_given_up() {
    let peer = Peer::start((0..20).map(|_| redirect("/again"))).await;
    let error = download(&peer).await.unwrap_err();
    assert!(
        matches!(error, MediaError::RedirectsLeadNowhere),
        "{error:?}"
    );
    assert!(peer.seen().len() < 8);

    let nowhere = Peer::start([with_headers(302, &[], "")]).await;
    let error = download(&nowhere).await.unwrap_err();
    assert!(
        matches!(error, MediaError::RedirectsLeadNowhere),
        "{error:?}"
    );
}

#[tokio::test]
async fn reading_stops_at_the_cap_whether_or_not_the_length_was_announced() {
    let announced = with_headers(200, &[], vec![0_u8; CAP + 1]);
    let endless = futures_stream();
    for reply in [announced, endless] {
        let peer = Peer::start([reply]).await;
        let error = download(&peer).await.unwrap_err();
        assert!(
            matches!(error, MediaError::TooLarge { cap: CAP, .. }),
            "{error:?}"
        );
    }
    let peer = Peer::start([with_headers(200, &[], vec![0_u8; CAP])]).await;
    assert_eq!(download(&peer).await.unwrap().bytes.len(), CAP);
}

/// A body without a length and without an end.
fn futures_stream() -> Reply {
    let endless = futures_util::stream::repeat_with(|| {
        Ok::<_, std::convert::Infallible>(Bytes::from_static(&[7; 100]))
    });
    with_headers(200, &[], Body::from_stream(endless))
}

#[tokio::test]
async fn media_that_lags_behind_its_message_is_waited_for() {
    let missing = || json(404, j!({"code": 20404}));
    let peer = Peer::start([missing(), missing(), png()]).await;
    download(&peer).await.unwrap();
    assert_eq!(peer.seen().len(), 3);

    let gone = Peer::start((0..9).map(|_| missing())).await;
    let error = download(&gone).await.unwrap_err();
    assert!(matches!(error, MediaError::NotFound), "{error:?}");
    assert_eq!(gone.seen().len(), 3);
}

#[tokio::test]
async fn passing_trouble_is_repeated_and_an_empty_file_is_named() {
    let peer = Peer::start([with_headers(503, &[], ""), png()]).await;
    download(&peer).await.unwrap();
    peer.add(with_headers(200, &[], ""));
    let error = download(&peer).await.unwrap_err();
    assert!(matches!(error, MediaError::Empty), "{error:?}");
}

#[tokio::test]
async fn media_parts_are_listed_and_deleted() {
    let list = j!({"media_list": [
        {"sid": media(), "parent_sid": message(), "content_type": "image/png",
         "date_created": "Fri, 24 May 2019 17:44:46 +0000"},
        {"sid": null}], "next_page_uri": null});
    let peer = Peer::start([json(200, list), with_headers(204, &[], "")]).await;
    let client = peer.client();
    let parts = client.list_media(&message()).await.unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].parent_sid, Some(message()));
    assert_eq!(
        client.delete_media(&message(), &media()).await.unwrap(),
        Removal::Removed
    );
    assert!(
        peer.seen()[1]
            .uri
            .path()
            .ends_with(&format!("/Media/{}.json", media()))
    );
}
