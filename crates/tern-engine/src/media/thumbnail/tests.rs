//! Pictures as they come, and as nobody should send them.

use std::time::Instant;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Frame, GenericImageView as _, ImageEncoder as _, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

const CAP: u64 = 50_000_000;

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), format)
        .unwrap();
    bytes
}

/// Red on the left, blue on the right.
fn two_halves(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([220, 20, 20])
        } else {
            Rgb([20, 20, 220])
        }
    }))
}

fn shown(thumbnail: &Thumbnail) -> DynamicImage {
    image::load_from_memory(&thumbnail.bytes).unwrap()
}

fn is_red(picture: &DynamicImage, x: u32, y: u32) -> bool {
    let [red, _, blue, _] = picture.get_pixel(x, y).0;
    red > blue
}

#[test]
fn a_large_picture_becomes_a_small_one_of_the_same_shape() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let made = make(&encoded(&two_halves(1_600, 800), format), CAP).unwrap();
        assert_eq!((made.width, made.height), (1_600, 800));
        let small = shown(&made);
        assert_eq!(small.dimensions(), (640, 320));
        assert!(
            is_red(&small, 5, 5) && !is_red(&small, 630, 5),
            "{format:?}"
        );
    }
}

#[test]
fn a_small_picture_keeps_its_size_and_what_can_be_seen_through_stays_so() {
    let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(40, 30, Rgba([9, 9, 9, 100])));
    let made = make(&encoded(&glass, ImageFormat::Png), CAP).unwrap();
    let small = shown(&made);
    assert_eq!(small.dimensions(), (40, 30));
    assert_eq!(small.get_pixel(3, 3).0[3], 100);
}

#[test]
fn what_moves_shows_its_first_frame() {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.set_repeat(Repeat::Infinite).unwrap();
    for colour in [[220, 20, 20, 255], [20, 20, 220, 255]] {
        let frame = RgbaImage::from_pixel(64, 48, Rgba(colour));
        encoder.encode_frame(Frame::new(frame)).unwrap();
    }
    drop(encoder);
    let small = shown(&make(&bytes, CAP).unwrap());
    assert_eq!(small.dimensions(), (64, 48));
    assert!(is_red(&small, 30, 20));
}

/// A JPEG whose EXIF says how the phone was held.
fn held(orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let plain = encoded(&two_halves(80, 40), ImageFormat::Jpeg);
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&plain[2..]);
    bytes
}

#[test]
fn a_picture_is_turned_as_the_phone_was_held() {
    let upright = make(&held(1), CAP).unwrap();
    assert_eq!(shown(&upright).dimensions(), (80, 40));
    let turned = make(&held(6), CAP).unwrap();
    assert_eq!((turned.width, turned.height), (40, 80));
    let small = shown(&turned);
    assert_eq!(small.dimensions(), (40, 80));
    assert!(
        is_red(&small, 20, 5) && !is_red(&small, 20, 75),
        "left is up"
    );
    let upside_down = shown(&make(&held(3), CAP).unwrap());
    assert!(!is_red(&upside_down, 5, 20) && is_red(&upside_down, 75, 20));
}

/// Four inks instead of three colours, as a print shop saves them: read by most programs, refused by some.
#[test]
fn a_jpeg_in_four_inks_is_shown() {
    let pixels = [0_u8, 255, 255, 0].repeat(64 * 64);
    let made = make(&cmyk_jpeg(&pixels, 64, 64), CAP);
    assert!(made.is_ok_and(|made| shown(&made).dimensions() == (64, 64)));
}

/// The smallest baseline JPEG of four components: one value for each block, no detail.
fn cmyk_jpeg(pixels: &[u8], width: u16, height: u16) -> Vec<u8> {
    assert_eq!(pixels.len(), usize::from(width) * usize::from(height) * 4);
    let mut jpeg = vec![0xFF, 0xD8];
    // Adobe's mark: four inks, without a colour transform.
    jpeg.extend(b"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00");
    jpeg.extend([0xFF, 0xDB, 0x00, 0x43, 0x00]);
    jpeg.extend([1; 64]);
    jpeg.extend([0xFF, 0xC0, 0x00, 0x14, 8]);
    jpeg.extend(height.to_be_bytes());
    jpeg.extend(width.to_be_bytes());
    jpeg.push(4);
    for component in 1..=4 {
        jpeg.extend([component, 0x11, 0]);
    }
    // One code of each table: "no difference", and "end of block".
    for table in [0x00, 0x10] {
        jpeg.extend([0xFF, 0xC4, 0x00, 0x14, table, 1]);
        jpeg.extend([0; 15]);
        jpeg.push(0);
    }
    jpeg.extend([0xFF, 0xDA, 0x00, 0x0E, 4]);
    for component in 1..=4 {
        jpeg.extend([component, 0]);
    }
    jpeg.extend([0, 63, 0]);
    // Two bits a block, four blocks for each of the squares of eight.
    let blocks = usize::from(width / 8) * usize::from(height / 8) * 4;
    jpeg.extend(vec![0; blocks / 4]);
    jpeg.extend([0xFF, 0xD9]);
    jpeg
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

/// A PNG that says it were another size than it is.
fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(&two_halves(2, 2), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn gif_that_claims(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder
        .encode_frame(Frame::new(RgbaImage::new(2, 2)))
        .unwrap();
    drop(encoder);
    bytes[6..8].copy_from_slice(&width.to_le_bytes());
    bytes[8..10].copy_from_slice(&height.to_le_bytes());
    bytes
}

/// 16383 × 16383, the largest that WebP has: a gigabyte of pixels.
fn webp_that_claims_most() -> Vec<u8> {
    let mut bytes = b"RIFF\x1A\x00\x00\x00WEBPVP8L\x0D\x00\x00\x00\x2F".to_vec();
    let (width, height) = (16_382_u32, 16_382_u32);
    bytes.extend((width | (height << 14)).to_le_bytes());
    bytes.extend([0; 9]);
    bytes
}

/// The most memory that this process ever had, in bytes; `None` where the system does not tell.
fn high_water() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

#[test]
fn t_5_bombs_are_refused_by_their_header_and_take_no_memory() {
    let before = high_water();
    let began = Instant::now();
    for bomb in [
        png_that_claims(60_000, 60_000),
        png_that_claims(29_000, 29_000),
        gif_that_claims(65_535, 65_535),
        webp_that_claims_most(),
    ] {
        assert_eq!(make(&bomb, CAP), Err(Refusal::TooLarge));
    }
    assert!(began.elapsed().as_secs() < 5);
    if let (Some(before), Some(after)) = (before, high_water()) {
        assert!(after - before < 64 * 1024 * 1024, "{} more", after - before);
    }
}

#[test]
fn t_5_a_text_that_unfolds_inside_a_picture_is_bounded_too() {
    // Words beside the pixels, compressed: 64 MB of nothing in 64 KB.
    let mut words = b"Comment\0\0".to_vec();
    words.extend(deflated_zeros(64 * 1024 * 1024));
    let plain = encoded(&two_halves(20, 10), ImageFormat::Png);
    let mut chunk = b"zTXt".to_vec();
    chunk.extend(&words);
    let mut bytes = plain[..33].to_vec();
    bytes.extend(u32::try_from(words.len()).unwrap().to_be_bytes());
    bytes.extend(&chunk);
    bytes.extend(crc32(&chunk).to_be_bytes());
    bytes.extend(&plain[33..]);
    let before = high_water();
    // Shown or refused: what counts is that the words are not unfolded.
    let _either = make(&bytes, CAP);
    if let (Some(before), Some(after)) = (before, high_water()) {
        assert!(after - before < 48 * 1024 * 1024, "{} more", after - before);
    }
}

/// Zeros as zlib packs them: a stored block first, then a repetition of 258 zeros in two bits.
fn deflated_zeros(length: usize) -> Vec<u8> {
    let mut packed = vec![0x78, 0x9C];
    let mut bits: Vec<bool> = Vec::new();
    let mut push = |value: u32, count: u32, msb_first: bool| {
        for bit in 0..count {
            let at = if msb_first { count - 1 - bit } else { bit };
            bits.push(value >> at & 1 == 1);
        }
    };
    // One block with the fixed codes: a zero, then "258 from one back" as often as it takes.
    push(1, 1, false);
    push(1, 2, false);
    push(0x30, 8, true);
    for _ in 0..length / 258 {
        push(0b1100_0101, 8, true);
        push(0, 5, true);
    }
    push(0, 7, true);
    for byte in bits.chunks(8) {
        let value = byte
            .iter()
            .enumerate()
            .map(|(at, bit)| u8::from(*bit) << at)
            .sum();
        packed.push(value);
    }
    packed.extend([0; 4]);
    packed
}

#[test]
fn a_strip_is_shown_as_long_as_it_is_bearable() {
    let strip = encoded(&two_halves(4, 20_000), ImageFormat::Png);
    let made = make(&strip, CAP).unwrap();
    assert_eq!((made.width, made.height), (4, 20_000));
    assert_eq!(shown(&made).dimensions(), (1, 640));
    let longer = encoded(&two_halves(1, 100_000), ImageFormat::Png);
    assert_eq!(make(&longer, CAP), Err(Refusal::TooLarge));
}

#[test]
fn what_is_cut_off_or_no_picture_is_refused() {
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let whole = encoded(&two_halves(300, 200), format);
        for length in [4, 12, 24, 40, whole.len() / 2] {
            let made = make(&whole[..length], CAP);
            // Decoders of JPEG fill up what is missing; that it broke off is told by its end, before this.
            assert!(
                made.is_err() || format == ImageFormat::Jpeg,
                "{format:?}, {length}"
            );
        }
    }
    for other in [
        &b""[..],
        b"plain words",
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF....WEBPVP8 ",
    ] {
        assert_eq!(make(other, CAP), Err(Refusal::Broken));
    }
}

#[test]
fn a_wrong_label_does_not_matter() {
    // The bytes are asked what they are; there is no label to be wrong.
    let made = make(&encoded(&two_halves(10, 10), ImageFormat::Gif), CAP);
    assert!(made.is_ok());
}

#[tokio::test]
async fn one_picture_is_unfolded_at_a_time() {
    let turns = Arc::new(Semaphore::new(1));
    let picture = Bytes::from(encoded(&two_halves(100, 100), ImageFormat::Png));
    let held = turns.clone().acquire_owned().await.unwrap();
    let waiting = tokio::spawn({
        let (turns, picture) = (turns.clone(), picture.clone());
        async move { make_in_turn(&turns, picture, CAP).await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    drop(held);
    assert!(waiting.await.unwrap().is_ok());
    assert_eq!(turns.available_permits(), 1);
}

/// Encoders are asked for what no test here writes by hand.
#[test]
fn a_grey_picture_of_sixteen_bits_is_shown() {
    let grey: Vec<u8> = (0..60_u32 * 40)
        .flat_map(|it| (it as u16 * 9).to_be_bytes())
        .collect();
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(&grey, 60, 40, image::ExtendedColorType::L16)
        .unwrap();
    assert_eq!(shown(&make(&bytes, CAP).unwrap()).dimensions(), (60, 40));
}
