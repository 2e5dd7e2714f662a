//! A look at an archive of a million texts in the real window: pictures for `docs/screenshots`, and how smooth it is.
//! Measures, so it runs only when asked for: `cargo xtask bench -- --archive FOLDER`, then
//! `TERN_ARCHIVE=FOLDER/home cargo nextest run … --run-ignored only -E 'test(a_million)' --no-capture`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::Key;

use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

/// As the bench seeds it.
const FILE_KEY: &str = "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ";
const LONG: Duration = Duration::from_secs(300);

/// Notes the time between frames until it is stopped.
const RECORD: &str = "const record = (window.record = { frames: [], on: true });
    let last = performance.now();
    const next = (now) => { record.frames.push(now - last); last = now; if (record.on) requestAnimationFrame(next); };
    requestAnimationFrame(next);";
const STOP: &str = "window.record.on = false; return window.record.frames.slice(2);";

/// Scrolls upwards through what is there, a step a frame, as a wheel does; what is above is loaded on the way.
const SCROLL: &str = "const [selector, frames, done] = arguments;
    const list = document.querySelector(selector);
    let left = frames;
    const next = () => { list.scrollTop -= 120; if (left-- > 0) requestAnimationFrame(next); else done(list.scrollHeight); };
    next();";

/// Lays a list of nothing but paragraphs over the thread: what the web view itself takes to scroll as much text.
const BARE: &str = "const [selector] = arguments;
    const place = document.querySelector(selector).getBoundingClientRect();
    const bare = document.createElement('div');
    bare.id = 'bare';
    bare.style.cssText = `position: fixed; z-index: 99; overflow-y: auto; background: Canvas; left: ${place.left}px; top: ${place.top}px; width: ${place.width}px; height: ${place.height}px`;
    for (let index = 0; index < 1500; index += 1) {
      const text = document.createElement('p');
      text.textContent = `${index}. Could you tell me when the bicycle is ready to be picked up?`;
      bare.append(text);
    }
    document.body.append(bare);
    bare.scrollTop = bare.scrollHeight;";

/// Types letter by letter, a letter every 120 ms at most; how long after each its results stood there, in milliseconds.
const TYPE: &str = "const [selector, words, done] = arguments;
    const field = document.querySelector(selector);
    const times = [];
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const letter = (index) => {
      if (index >= words.length) return done(times);
      const begin = performance.now();
      const typed = words.slice(0, index + 1);
      const look = () => {
        const results = document.querySelector('#search-results');
        if (results?.dataset.answered !== typed.trim()) return requestAnimationFrame(look);
        requestAnimationFrame(() => {
          times.push(performance.now() - begin);
          setTimeout(() => letter(index + 1), 120);
        });
      };
      field.focus();
      set.call(field, typed);
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      look();
    };
    letter(0);";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "looks at an archive that the bench left"]
async fn a_million_texts_in_the_window() {
    let archive = PathBuf::from(std::env::var_os("TERN_ARCHIVE").expect("the archive's home"));
    let desktop = Desktop::start(Keyring::Unlocked);
    let keep = format!(
        "printf %s {FILE_KEY} | secret-tool store --label=Tern service org.tern.desk username file-key"
    );
    desktop.run("sh", &["-c", &keep]);
    let data = desktop.data_folder();
    std::fs::create_dir_all(&data).expect("the data folder");
    for file in std::fs::read_dir(archive.join("data/org.tern.desk")).expect("the archive") {
        let file = file.expect("a file").path();
        let copy = data.join(file.file_name().expect("a name"));
        std::fs::copy(&file, copy).expect("a copy");
    }
    let tern = Tern::start(&desktop, &[]).await;
    tern.click("list-tab-done").await;
    tern.find("conversation-row").await;
    let settings = tern.call("settings", Value::Null).await;
    tern.call("update_settings", quiet(settings)).await;
    tern.click("conversation-row").await;
    tern.find("message-bubble").await;
    record(
        &tern,
        "scrolling back through the thread of 100,000",
        async || {
            let script = json!("[data-testid=thread]");
            tern.ask_page_later(SCROLL, vec![script, json!(300)]).await;
        },
    )
    .await;
    take(&desktop, &tern, "million-thread-past").await;
    tern.ask_page(BARE, vec![json!("[data-testid=thread]")])
        .await;
    record(&tern, "scrolling a bare list as large", async || {
        tern.ask_page_later(SCROLL, vec![json!("#bare"), json!(300)])
            .await;
    })
    .await;
    tern.ask_page("document.querySelector('#bare').remove();", vec![])
        .await;

    tern.press(Key::Control + Key::Shift + "f").await;
    tern.find("search-input").await;
    for words in [
        "invoice for",
        "appointment",
        "\"front light\"",
        "refund has:image",
        "saddle before:2025-01-01",
    ] {
        record(&tern, &format!("typing {words}"), async || {
            let field = json!("[data-testid=search-input]");
            let times = tern.ask_page_later(TYPE, vec![field, json!(words)]).await;
            tell("  letter to results on screen", &numbers(&times));
        })
        .await;
    }
    take(&desktop, &tern, "million-search").await;
    tern.click("search-calendar").await;
    tern.find("heat-map").await;
    tern.within(LONG, "the calendar", async || {
        tern.count_css("[data-testid=heat-map] [data-day]").await > 300
    })
    .await;
    take(&desktop, &tern, "million-calendar").await;
    figures(&desktop, &tern).await;
    tern.quit().await;
}

/// The figures of the corpus's last year; it ends in October 2025.
async fn figures(desktop: &Desktop, tern: &Tern) {
    tern.click("insights-open").await;
    tern.click_label("Custom").await;
    for (place, day) in [("first", "2024-10-10"), ("last", "2025-10-09")] {
        let script = "const [place, day] = arguments;
            const field = document.querySelector(`[data-testid=insights-controls] input[id$='-${place}']`);
            field.value = day;
            field.dispatchEvent(new Event('change', { bubbles: true }));";
        tern.ask_page(script, vec![json!(place), json!(day)]).await;
    }
    tern.within(LONG, "the figures", async || {
        tern.count("insights-volume").await == 1
    })
    .await;
    take(desktop, tern, "million-insights").await;
}

fn quiet(mut settings: Value) -> Value {
    settings["notificationStyle"] = json!("none");
    settings
}

async fn take(desktop: &Desktop, tern: &Tern, name: &str) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/screenshots");
    for theme in ["dark", "light"] {
        tern.paint(theme).await;
        tern.painted().await;
        desktop.screenshot(&docs.join(format!("{name}-{theme}.png")));
    }
}

/// Does something and tells how long its frames took.
async fn record(tern: &Tern, what: &str, work: impl AsyncFn()) {
    tern.ask_page(RECORD, vec![]).await;
    work().await;
    let frames = tern.ask_page(STOP, vec![]).await;
    tell(what, &numbers(&frames));
}

fn numbers(value: &Value) -> Vec<f64> {
    let mut numbers: Vec<f64> = value
        .as_array()
        .expect("numbers")
        .iter()
        .filter_map(Value::as_f64)
        .collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

fn tell(what: &str, sorted: &[f64]) {
    let at = |percent: usize| sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)];
    eprintln!(
        "{what}: {} times, p50 {:.1} ms, p90 {:.1}, p99 {:.1}, longest {:.1}",
        sorted.len(),
        at(50),
        at(90),
        at(99),
        at(100)
    );
}
