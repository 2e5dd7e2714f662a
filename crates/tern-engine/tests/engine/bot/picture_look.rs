//! S-13: how wide a picture is, read over real HTTP from what it really is.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use tern_domain::notification::{NotificationProblem, check_picture_width};
use tern_domain::topic::BotSettings;
use tern_engine::{PictureLook as _, PublicPictures};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Serves these bytes to everybody who asks; answers where.
async fn serve(status: &'static str, body: Vec<u8>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut call = vec![0; 64 * 1024];
            let _length = stream.read(&mut call).await.unwrap();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            let _sent = stream.write_all(head.as_bytes()).await;
            let _sent = stream.write_all(&body).await;
        }
    });
    format!("http://127.0.0.1:{port}/card")
}

fn picture(width: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels = RgbImage::new(width, 3);
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Topics may ask this machine, so that a test can.
fn allowed() -> BotSettings {
    BotSettings {
        allowed_hosts: vec!["127.0.0.1".to_owned()],
        ..BotSettings::default()
    }
}

#[tokio::test]
async fn s_13_a_picture_of_400_pixels_is_wide_enough_and_one_of_399_is_not() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let mut found = Vec::new();
        for width in [399, 400] {
            let address = serve("200 OK", picture(width, format)).await;
            found.push(PublicPictures.size(&address, &allowed()).await);
        }
        assert_eq!(found, [Some((399, 3)), Some((400, 3))], "{format:?}");
    }
    assert_eq!(
        check_picture_width(399),
        Err(NotificationProblem::NarrowPicture { width: 399 })
    );
    check_picture_width(400).unwrap();
}

#[tokio::test]
async fn s_13_what_is_no_picture_has_no_size_and_this_machine_is_not_asked_unless_topics_may() {
    let page = serve("200 OK", b"<html>400</html>".to_vec()).await;
    assert_eq!(PublicPictures.size(&page, &allowed()).await, None);
    let gone = serve("404 Not Found", picture(500, ImageFormat::Png)).await;
    assert_eq!(PublicPictures.size(&gone, &allowed()).await, None);
    let here = serve("200 OK", picture(500, ImageFormat::Png)).await;
    let usual = BotSettings::default();
    for address in [
        here.clone(),
        here.replace("http:", "https:"),
        "no address".to_owned(),
    ] {
        assert_eq!(PublicPictures.size(&address, &usual).await, None);
    }
    assert_eq!(PublicPictures.size(&here, &allowed()).await, Some((500, 3)));
}
