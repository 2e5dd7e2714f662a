//! Sending on bad days in the real window: outcomes that nobody knows, failures, a busy carrier, no
//! network, second thoughts, expensive characters and pictures. The carrier's far side is asked what the
//! phone really got.

use serde_json::{Value, json};
use tern_simulator::SimulatorConfig;
use thirtyfour::Key;

use super::carrier::{Carrier, LogIn};
use super::desktop::{Desktop, Keyring};
use super::tern::Tern;

/// A window with one conversation open, on an account of its own.
async fn in_conversation(desktop: &Desktop, log_in: LogIn) -> (Tern, Carrier, String) {
    let carrier = Carrier::start(SimulatorConfig::default()).await;
    let tern = Tern::start(desktop, &[]).await;
    carrier.connect(&tern, log_in, "Nothing").await;
    let customer = carrier.customer().await;
    carrier.texts(&customer, "Hello, where is my order?").await;
    tern.see("conversation-row", "where is my order?").await;
    tern.click("conversation-row").await;
    tern.see("message-bubble", "where is my order?").await;
    (tern, carrier, customer)
}

async fn write(tern: &Tern, body: &str) {
    tern.type_into("composer-input", body).await;
    tern.click("composer-send").await;
    tern.see("message-bubble", body).await;
}

async fn arm(carrier: &Carrier, fault: Value) {
    carrier.control("/sim/faults", fault).await;
}

/// Waits until the phone has the text, and says how often.
async fn on_phone(tern: &Tern, carrier: &Carrier, customer: &str, body: &str) -> usize {
    let path = format!("/sim/handsets/{customer}/texts");
    let mut count = 0;
    tern.until(&format!("the phone got {body:?}"), async || {
        let screen = carrier.look(&path).await;
        let texts = screen["texts"].as_array().cloned();
        let is_it = |text: &&Value| text["body"] == body && text["direction"] == "received";
        count = texts.unwrap_or_default().iter().filter(is_it).count();
        count > 0
    })
    .await;
    count
}

/// Waits until no text of the conversation is uncertain any more.
async fn settled(tern: &Tern) {
    tern.see_gone("delivery-words", "Did this text leave?")
        .await;
    tern.see_gone("delivery-words", "Asking Twilio").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_is_asked_about_and_no_answer_doubles_a_text() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let (tern, carrier, customer) = in_conversation(&desktop, LogIn::ApiKey).await;

    // The text left, but neither the answer nor the list says so: the agent knows better.
    let lag = json!({ "kind": "list_lag_ms", "ms": 600_000 });
    let lost_answer =
        json!({ "kind": "drop_connection_before_answer", "endpoint": "create_message" });
    arm(&carrier, lag).await;
    arm(&carrier, lost_answer.clone()).await;
    write(&tern, "It left this morning.").await;
    tern.see("delivery-words", "Asking Twilio").await;
    tern.keep_pictures(&desktop, "uncertain-looking").await;
    tern.find("uncertain-card").await;
    tern.see("conversation-row", "Not known whether it was sent")
        .await;
    tern.keep_pictures(&desktop, "uncertain").await;
    tern.click("uncertain-was-sent").await;
    settled(&tern).await;
    assert_eq!(
        on_phone(&tern, &carrier, &customer, "It left this morning.").await,
        1
    );
    carrier.clear_faults().await;

    // It never left: sent again on the agent's word.
    let lost_request = json!({ "kind": "drop_before_accept", "endpoint": "create_message" });
    arm(&carrier, lost_request.clone()).await;
    write(&tern, "It arrives tomorrow.").await;
    tern.click("uncertain-send-again").await;
    settled(&tern).await;
    assert_eq!(
        on_phone(&tern, &carrier, &customer, "It arrives tomorrow.").await,
        1
    );

    // It never left, and is not wanted any more.
    arm(&carrier, lost_request).await;
    write(&tern, "Never mind.").await;
    tern.click("uncertain-discard").await;
    tern.see("delivery-words", "Dropped").await;
    assert_eq!(carrier.count("Never mind.").await, 0);

    // The list shows it late: another look finds it.
    arm(&carrier, json!({ "kind": "list_lag_ms", "ms": 20_000 })).await;
    arm(&carrier, lost_answer).await;
    write(&tern, "The driver will call you.").await;
    tern.find("uncertain-card").await;
    carrier.clear_faults().await;
    tern.click("uncertain-look-again").await;
    settled(&tern).await;
    tern.until("the newest text is delivered", async || {
        let words = tern.texts("delivery-words").await;
        words.last().is_some_and(|words| words == "Delivered")
    })
    .await;
    tern.keep_pictures(&desktop, "uncertain-settled").await;
    for body in [
        "It left this morning.",
        "It arrives tomorrow.",
        "The driver will call you.",
    ] {
        assert_eq!(carrier.count(body).await, 1, "{body}");
        let shown = tern.texts("message-bubble").await.join("\n");
        assert_eq!(shown.matches(body).count(), 1, "{body} is shown once");
    }
    tern.quit().await;
    carrier.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_14_a_failed_text_says_why_and_a_waiting_one_what_for_in_list_and_thread_alike() {
    let desktop = Desktop::start(Keyring::Unlocked);
    let (tern, carrier, customer) = in_conversation(&desktop, LogIn::AuthToken).await;

    // It may work later: the words say so, and one press sends it again.
    let failing = |code: u32| json!({ "kind": "delivery_failure", "error_code": code });
    arm(&carrier, failing(30003)).await;
    write(&tern, "Your bicycle is ready.").await;
    tern.see("delivery-words", "Not delivered").await;
    tern.see("conversation-row", "Not delivered").await;
    tern.keep_pictures(&desktop, "failed").await;
    tern.click("send-again").await;
    tern.see("delivery-words", "Delivered").await;
    tern.see("message-bubble", "Sent again below").await;
    assert_eq!(tern.count("send-again").await, 0, "not offered twice");
    let got = on_phone(&tern, &carrier, &customer, "Your bicycle is ready.").await;
    assert_eq!(got, 1);

    // It never will: no button promises it.
    arm(&carrier, failing(30006)).await;
    write(&tern, "We close at six.").await;
    tern.see("message-bubble", "landline").await;
    assert_eq!(tern.count("send-again").await, 0);
    tern.keep_pictures(&desktop, "failed-for-good").await;

    // Twilio is busy: it waits for that, and leaves by itself.
    let busy = json!({ "kind": "too_many_requests", "endpoint": "create_message", "times": 8 });
    arm(&carrier, busy).await;
    write(&tern, "And open at nine.").await;
    tern.see("delivery-words", "Twilio is busy").await;
    tern.see("conversation-row", "Twilio is busy").await;
    tern.keep_pictures(&desktop, "busy").await;
    assert_eq!(
        on_phone(&tern, &carrier, &customer, "And open at nine.").await,
        1
    );

    // No network: list and thread say the same, and what waits can be called back.
    arm(&carrier, json!({ "kind": "network_off", "mode": "refuse" })).await;
    tern.find("offline-bar").await;
    write(&tern, "Bring the old lock along.").await;
    tern.see("delivery-words", "Waiting for the network").await;
    tern.see("conversation-row", "Waiting for the network")
        .await;
    tern.keep_pictures(&desktop, "waiting").await;
    tern.click("undo-send").await;
    tern.until("the words are back in the composer", async || {
        tern.value("composer-input").await == "Bring the old lock along."
    })
    .await;
    carrier.clear_faults().await;
    tern.click("composer-send").await;
    assert_eq!(
        on_phone(&tern, &carrier, &customer, "Bring the old lock along.").await,
        1
    );

    // After STOP the carrier refuses, and so does the composer, in words.
    carrier.texts(&customer, "STOP").await;
    tern.see_on_page("Only the customer can undo it").await;
    tern.see("message-bubble", "STOP").await;
    tern.keep_pictures(&desktop, "opted-out").await;
    assert_eq!(tern.count("jump-to-latest").await, 0, "still at the end");
    tern.quit().await;
    carrier.stop().await;
}

/// Hands a file to the composer as a clipboard or a mouse would: WebDriver has neither.
const GIVE: &str = "
    const [way, name, type, base64, length] = arguments;
    const bytes = base64
        ? Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        : new Uint8Array(length);
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type }));
    const target = document.querySelector('[data-testid=composer-input]');
    const common = { bubbles: true, cancelable: true };
    const event = way === 'paste'
        ? new ClipboardEvent('paste', { ...common, clipboardData: transfer })
        : new DragEvent(way, { ...common, dataTransfer: transfer });
    target.dispatchEvent(event);
    return event.defaultPrevented;";

#[tokio::test(flavor = "multi_thread")]
async fn second_thoughts_costly_characters_and_pictures_lose_nothing() {
    use base64::Engine as _;
    let desktop = Desktop::start(Keyring::Unlocked);
    let tern = Tern::start(&desktop, &[]).await;
    tern.click("first-run-practice").await;
    tern.type_into("handset-input", "Do you repair tents?")
        .await;
    tern.click("handset-send").await;
    tern.see("conversation-row", "Do you repair tents?").await;
    tern.click("conversation-row").await;

    // Hold to undo: called back, it never left; left alone, it leaves once.
    tern.open_settings("Sending").await;
    tern.choose("Hold before sending", "10 s").await;
    tern.press(Key::Escape).await;
    write(&tern, "Yes, on Tuesdays.").await;
    tern.see("delivery-words", "Leaves in").await;
    tern.keep_pictures(&desktop, "held").await;
    tern.click("undo-send").await;
    tern.until("the words are back in the composer", async || {
        tern.value("composer-input").await == "Yes, on Tuesdays."
    })
    .await;
    assert_eq!(tern.count("handset-text").await, 1);
    tern.click("composer-send").await;
    tern.see("handset-text", "Yes, on Tuesdays.").await;
    assert_eq!(tern.count("handset-text").await, 2);
    tern.open_settings("Sending").await;
    tern.choose("Hold before sending", "Off").await;
    tern.press(Key::Escape).await;

    // One curly quote makes the text dearer; the counter names it, and one press mends it.
    tern.set_value("composer-input", "It\u{2019}s 40 for a small tear.")
        .await;
    tern.see("segment-counter", "UCS-2").await;
    tern.see("composer-notes", "\u{2019}").await;
    tern.keep_pictures(&desktop, "costly").await;
    tern.click("use-replacement").await;
    tern.see("segment-counter", "GSM-7").await;
    assert_eq!(
        tern.value("composer-input").await,
        "It's 40 for a small tear."
    );
    tern.set_value("composer-input", "See you \u{1F44B}\u{1F3FD}")
        .await;
    tern.see("composer-notes", "\u{1F44B}\u{1F3FD}").await;

    // T-7: too long is said in words, and nothing of it is lost.
    let long = "a".repeat(1_601);
    tern.set_value("composer-input", &long).await;
    tern.see("composer-notes", "1 character too many").await;
    assert!(!tern.is_enabled("composer-send").await);
    tern.keep_pictures(&desktop, "too-long").await;
    assert_eq!(tern.value("composer-input").await, long);
    tern.set_value("composer-input", "Like this one:").await;

    // Pictures by paste and by drop; what is no picture is refused in words, and the rest stays.
    let picture = base64::engine::general_purpose::STANDARD
        .encode(include_bytes!("../../fixtures/bicycle.png"));
    let give = async |way: &str, name: &str, kind: &str, base64: &str, length: u64| {
        let taken = tern.ask_page(
            GIVE,
            [way, name, kind, base64]
                .map(Value::from)
                .into_iter()
                .chain([json!(length)])
                .collect(),
        );
        assert_eq!(taken.await, json!(true), "{way} is taken over");
    };
    give("paste", "image.png", "image/png", &picture, 0).await;
    tern.find("attach-thumb").await;
    give("dragover", "tent.png", "image/png", &picture, 0).await;
    tern.keep_pictures(&desktop, "dragging").await;
    give("drop", "tent.png", "image/png", &picture, 0).await;
    tern.until("two pictures", async || {
        tern.count("attach-thumb").await == 2
    })
    .await;
    give("drop", "logo.svg", "image/svg+xml", "PHN2Zy8+", 0).await;
    tern.see("composer-problem", "logo.svg").await;
    tern.keep_pictures(&desktop, "refused-type").await;
    give("drop", "poster.png", "image/png", "", 50_000_000).await;
    tern.see("composer-problem", "50.0 MB").await;
    assert_eq!(tern.count("attach-thumb").await, 2);
    tern.click("composer-send").await;
    tern.see("handset-text", "Like this one:").await;
    tern.see("delivery-words", "Delivered").await;
    tern.keep_pictures(&desktop, "pictures-sent").await;
    assert_eq!(tern.count("jump-to-latest").await, 0, "still at the end");
    tern.quit().await;
}
