//! Topics in the real window, from an empty canvas to a customer's phone: one drawn with the mouse, linted, tried,
//! kept as a test, published and handed over to an agent; one drawn with the keyboard alone.

use tern_simulator::SimulatorConfig;
use thirtyfour::Key;

use super::walk::Walk;

const TRANSFER: &str = "I am passing you on to a colleague. They will answer you here.";

/// Waits until the customer's phone has this text from the team.
async fn received(walk: &Walk, words: &str) {
    walk.tern
        .until(&format!("the phone got {words:?}"), async || {
            walk.carrier.count(words).await > 0
        })
        .await;
}

/// Opens the page of topics and begins a blank one.
async fn begin_by_mouse(walk: &Walk, name: &str) {
    let tern = &walk.tern;
    tern.click("topics-open").await;
    tern.see("topics-page", "The virtual agent is off.").await;
    tern.click("topics-new").await;
    tern.type_into("topic-blank-name", name).await;
    tern.click("topic-blank").await;
    tern.find("topic-canvas").await;
}

/// Waits until the canvas has so many steps and ways.
async fn drawn(walk: &Walk, steps: usize, ways: usize) {
    let tern = &walk.tern;
    tern.until(&format!("{steps} steps and {ways} ways"), async || {
        tern.count("topic-step").await == steps
            && tern.count_css(".svelte-flow__edge").await == ways
    })
    .await;
}

/// Whether a step has the keyboard, and whether a field of the inspector has it.
async fn keyboard_in(walk: &Walk, what: &str, script: &str) {
    let tern = &walk.tern;
    tern.until(what, async || {
        tern.ask_page(script, Vec::new()).await.as_bool() == Some(true)
    })
    .await;
}

async fn step_has_keyboard(walk: &Walk) {
    let script = "const at = document.activeElement;\
                  return at?.classList.contains('svelte-flow__node') && at.classList.contains('selected');";
    keyboard_in(walk, "a step has the keyboard", script).await;
}

/// Presses Tab until what has this test id has the keyboard.
async fn tab_to(walk: &Walk, test_id: &str) {
    let tern = &walk.tern;
    let script = format!("return document.activeElement?.dataset.testid === '{test_id}';");
    tern.until(&format!("Tab leads to {test_id}"), async || {
        if tern.ask_page(&script, Vec::new()).await.as_bool() == Some(true) {
            return true;
        }
        tern.press(Key::Tab).await;
        false
    })
    .await;
}

/// Enters the chosen step's first field, types over what stands there, and leaves it.
async fn write_inside(walk: &Walk, words: &str) {
    let tern = &walk.tern;
    step_has_keyboard(walk).await;
    tern.press(Key::Enter).await;
    let script =
        "return document.activeElement?.closest('[data-testid=\"topic-inspector\"]') !== null;";
    keyboard_in(walk, "a field has the keyboard", script).await;
    tern.press(words).await;
    tern.see("topic-step", words).await;
    tern.press_escape().await;
    step_has_keyboard(walk).await;
}

/// Adds a step after the chosen one by what it is called.
async fn add_by_keys(walk: &Walk, words: &str) {
    let tern = &walk.tern;
    tern.press("n").await;
    tern.find("topic-picker").await;
    tern.press(words).await;
    tern.press(Key::Enter).await;
    tern.until("the list has closed", async || {
        tern.count("topic-picker").await == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v_1_h_2_a_topic_is_drawn_with_the_mouse_tried_published_and_hands_over() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    begin_by_mouse(&walk, "Bike repair").await;

    // Two steps and a way between them.
    let item = |kind: &str| format!("[data-testid=\"topic-palette-item\"][data-kind=\"{kind}\"]");
    tern.drag_css(
        &item("askText"),
        "[data-testid=\"topic-canvas\"]",
        (-40, -120),
    )
    .await;
    drawn(&walk, 1, 0).await;
    tern.type_over("topic-step-name", "What is broken").await;
    tern.type_over("topic-text", "What is broken on it?").await;
    tern.drag_css(
        &item("transfer"),
        "[data-testid=\"topic-canvas\"]",
        (120, 120),
    )
    .await;
    drawn(&walk, 2, 0).await;
    tern.type_over("topic-step-name", "To a person").await;

    // Lint says at once that nothing leads there, why that matters and what to do, and leads to it.
    tern.click("topic-findings").await;
    tern.see("topic-finding", "To a person").await;
    walk.pictures("topics-1-finding").await;
    tern.click_showing("topic-finding", "To a person").await;
    tern.click("topic-findings").await;
    tern.click("topic-fit").await;
    tern.drag_css(
        "[aria-label=\"Next from What is broken\"]",
        "[aria-label=\"Into To a person\"]",
        (0, 0),
    )
    .await;
    drawn(&walk, 2, 1).await;
    tern.until("nothing is wrong any more", async || {
        let findings = tern.texts("topic-findings").await.join("");
        findings.trim_start().starts_with('0')
    })
    .await;
    tern.see("topic-saving", "Saved").await;
    walk.pictures("topics-2-drawn").await;

    // Tried on the handset beside it, and kept as a test.
    tern.click("topic-tab-try").await;
    tern.click("try-start").await;
    tern.see("try-reply", "What is broken on it?").await;
    tern.type_into("try-input", "The saddle").await;
    tern.click("try-send").await;
    tern.see("try-waits", "Is somebody there?").await;
    walk.pictures("topics-3-tried").await;
    tern.click("try-save").await;
    tern.type_over("prove-name", "A broken saddle").await;
    tern.click("prove-keep").await;
    tern.see("prove-summary", "1 test passes").await;

    // Published and switched on.
    tern.click("topic-publish").await;
    tern.type_into("topic-publish-note", "The first one").await;
    tern.click("topic-publish-confirm").await;
    tern.see("topic-state", "Published v1").await;
    tern.click("topic-back").await;
    tern.click("topics-switch").await;
    tern.see("topics-page", "The virtual agent is on.").await;
    walk.pictures("topics-4-on").await;

    // A customer is served by it, and handed over with what was said.
    let customer = carrier.customer().await;
    carrier.texts(&customer, "Bike repair").await;
    received(&walk, "What is broken on it?").await;
    carrier.texts(&customer, "The saddle is loose").await;
    received(&walk, TRANSFER).await;
    walk.to_inbox().await;
    walk.open(TRANSFER).await;
    tern.see("message-bubble", "What is broken on it?").await;
    tern.see("message-bubble", "The saddle is loose").await;
    tern.see("handover-card", "Bike repair").await;
    tern.click("act-take").await;
    walk.see_with("You").await;
    tern.type_into("composer-input", "Bring it by, I mend it while you wait.")
        .await;
    tern.click("composer-send").await;
    received(&walk, "Bring it by, I mend it while you wait.").await;
    walk.pictures("topics-5-taken").await;
    walk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v_4_a_topic_is_drawn_with_the_keyboard_alone_and_answers_a_customer() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    tern.find("list-tab-new").await;
    tern.press("o").await;
    tern.see("topics-page", "The virtual agent is off.").await;
    tab_to(&walk, "topics-new").await;
    tern.press(Key::Enter).await;
    let on_name = "return document.activeElement?.dataset.testid === 'topic-blank-name';";
    keyboard_in(&walk, "the name has the keyboard", on_name).await;
    tern.press("Lost and found").await;
    tern.press(Key::Enter).await;
    tern.find("topic-canvas").await;
    // A dialog keeps the keys to itself until it has faded.
    tern.until("the dialog is gone", async || {
        tern.count_css("[role=\"dialog\"]").await == 0
    })
    .await;

    add_by_keys(&walk, "yes or no").await;
    drawn(&walk, 2, 1).await;
    write_inside(&walk, "Is it a bike?").await;
    tern.press(Key::Right).await;
    tern.until("the decision is chosen", async || {
        tern.value("topic-step-name").await == "Yes?"
    })
    .await;
    add_by_keys(&walk, "says something").await;
    drawn(&walk, 3, 2).await;
    write_inside(&walk, "It waits for you at the desk.").await;
    tern.press(Key::Left).await;
    tern.until("the decision is chosen again", async || {
        tern.value("topic-step-name").await == "Yes?"
    })
    .await;
    add_by_keys(&walk, "says something").await;
    drawn(&walk, 4, 3).await;
    write_inside(&walk, "Then we have not found it.").await;
    tern.see("topic-saving", "Saved").await;
    walk.pictures("topics-6-by-keyboard").await;
    tab_to(&walk, "topic-publish").await;
    tern.press(Key::Enter).await;
    tern.find("topic-publish-dialog").await;
    tab_to(&walk, "topic-publish-confirm").await;
    tern.press(Key::Enter).await;
    tern.see("topic-state", "Published v1").await;
    tab_to(&walk, "topic-back").await;
    tern.press(Key::Enter).await;
    tern.find("topics-switch").await;
    tab_to(&walk, "topics-switch").await;
    tern.press(Key::Enter).await;
    tern.see("topics-page", "The virtual agent is on.").await;

    let customer = carrier.customer().await;
    carrier.texts(&customer, "Lost and found").await;
    received(&walk, "Is it a bike?").await;
    carrier.texts(&customer, "yes").await;
    received(&walk, "It waits for you at the desk.").await;
    walk.end().await;
}
