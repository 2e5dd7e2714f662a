//! One conversation with a line of every kind, in every form that an export has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs
)]

use std::io::Cursor;

use tern_archive::*;

fn line(from: From, name: &str, body: &str) -> Line {
    Line {
        at: "2026-11-22T08:00:00Z".to_owned(),
        day: "Sunday 22 November 2026".to_owned(),
        clock: "09:00:00".to_owned(),
        requester: "+14155550123".to_owned(),
        provider: "+18335550100".to_owned(),
        from,
        name: name.to_owned(),
        body: body.to_owned(),
        removed: false,
        masked: false,
        mood: None,
        status: String::new(),
        sid: None,
        id: None,
        attached: Vec::new(),
    }
}

fn conversation() -> Vec<Line> {
    let picture = Attached {
        words: "picture 1".to_owned(),
        file: Some("media/1-1.png".to_owned()),
        is_picture: true,
    };
    let absent = Attached {
        words: "file 2".to_owned(),
        file: None,
        is_picture: false,
    };
    vec![
        Line {
            status: "received".to_owned(),
            sid: Some("SM1".to_owned()),
            mood: Some("seems upset".to_owned()),
            attached: vec![picture, absent],
            ..line(
                From::Requester,
                "Maya <img src=x>",
                "=cmd|' /C calc'!A0\n<script>alert(1)</script> \u{202E}gnp.exe 日本語",
            )
        },
        line(
            From::VirtualAgent,
            "Virtual agent",
            "1. Order & returns\n2. Something else",
        ),
        line(From::Event, "Ana", "Took the conversation"),
        line(From::Private, "Ana to Ben", "A \"VIP\", careful"),
        Line {
            removed: true,
            ..line(From::Agent, "Ana", "")
        },
        Line {
            day: "Monday 23 November 2026".to_owned(),
            masked: true,
            ..line(From::Agent, "Ana", "+1 555: it’s ****")
        },
        line(From::Team, "Team", "-- sent elsewhere"),
    ]
}

#[test]
fn a_page() {
    let facts = [("Number", "+1 415 555 0123"), ("Times", "Europe/Berlin")];
    let head = PageHead {
        title: "Conversation with Maya <img src=x>",
        facts: &facts,
        number: 2,
        previous: Some("0001-001.html"),
        root: "../",
    };
    let mut page = Page::begin(Vec::new(), head).unwrap();
    for line in conversation() {
        page.line(&line, false).unwrap();
    }
    let page = String::from_utf8(page.finish(Some("0001-003.html")).unwrap()).unwrap();
    assert!(!page.contains("<script") && !page.contains("<img src=x"));
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    insta::assert_snapshot!("page", format!("{head}<style></style>{body}"));
}

#[test]
fn a_table() {
    let mut table = Table::begin(Vec::new(), true).unwrap();
    for line in conversation() {
        table.row(&line).unwrap();
    }
    let table = String::from_utf8(table.finish().unwrap()).unwrap();
    insta::assert_snapshot!("table", table.replace("\r\n", "⏎\n"));
}

#[test]
fn lines() {
    let mut chain = LineChain::default();
    let lines: String = conversation()
        .iter()
        .map(|line| chain.line(line).unwrap())
        .collect();
    insta::assert_snapshot!("lines", lines);
}

#[test]
fn a_manifest_is_the_same_bytes_for_the_same_content() {
    let what = What {
        exported_at: "2026-11-22T09:00:00Z".to_owned(),
        exported_by: "Ana".to_owned(),
        tern_version: "0.1.0".to_owned(),
        about: "Maya with +1 833 555 0100".to_owned(),
        transcript: "internal".to_owned(),
        counts: Counts::default(),
        range: Range::default(),
        log: Chain::default(),
    };
    let write = || {
        let export = ExportWriter::begin(Cursor::new(Vec::new())).unwrap();
        let key = ExportKey::from_seed(&[7; 32]);
        export.finish(what.clone(), &key).unwrap().into_inner()
    };
    assert_eq!(write(), write());
    let mut zip = zip::ZipArchive::new(Cursor::new(write())).unwrap();
    let file = zip.by_name("manifest.json").unwrap();
    insta::assert_snapshot!("manifest", std::io::read_to_string(file).unwrap());
}
