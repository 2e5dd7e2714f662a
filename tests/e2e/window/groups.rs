//! Who of several is asked, set up in the real window: a group that is called otherwise, a skill that a queue needs,
//! and what an offer shows of a customer.

use tern_simulator::SimulatorConfig;
use thirtyfour::Key;

use super::walk::Walk;

const FACT: &str = "[aria-label=\"What is asked about\"]";

#[tokio::test(flavor = "multi_thread")]
async fn q_22_q_27_work_waits_for_a_skill_and_its_offer_shows_what_a_layout_says() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    walk.second_agent("Ana", "Ben", Some("Front desk")).await;
    let (french, other) = (carrier.customer().await, carrier.customer().await);
    walk.add_person("Manon Girard", &french).await;
    walk.add_person("Otto Winter", &other).await;

    // the group is called otherwise; who is in it stays in it.
    tern.open_settings("Agents and groups").await;
    tern.click("group-rename-start").await;
    tern.see_field("group-rename", "Front desk").await;
    tern.type_over("group-rename", "Reception").await;
    walk.pictures("groups-renaming").await;
    tern.click("group-rename-save").await;
    tern.see("group-row", "Reception").await;
    tern.see("group-row", "2 agents").await;
    tern.see("agent-row", "Reception").await;
    tern.see_gone("agent-row", "Front desk").await;
    // Another name is begun, and left.
    tern.click("group-rename-start").await;
    tern.type_over("group-rename", "Nobody").await;
    tern.press(Key::Escape).await;
    tern.see("group-row", "Reception").await;

    // Ana knows some French.
    tern.click("agent-edit").await;
    tern.click("skill-add").await;
    tern.type_into("skill-name", "French").await;
    tern.pick("skill-level", "3").await;
    tern.bring_into_view("skill-add").await;
    walk.pictures("groups-skill").await;
    tern.click("agent-save").await;
    tern.see("agent-row", "French 3").await;

    // The queue asks the group for more of it, and its rule does not do without.
    tern.click_named("Queues").await;
    tern.click("queue-edit").await;
    tern.click("pool-add").await;
    tern.click("skill-add").await;
    tern.type_into("skill-name", "French").await;
    tern.click("queue-save").await;
    tern.see("queue-row", "asks Reception").await;
    tern.click("rule-edit").await;
    tern.click_label("Required").await;
    walk.pictures("groups-rule").await;
    tern.click("rule-save").await;
    tern.see_on_page("skills are required").await;

    // what an offer of one customer shows, by condition; of others it shows what it did.
    tern.click_named("Inbox cards").await;
    tern.click("card-add").await;
    tern.type_into("card-name", "Our friends in Lyon").await;
    tern.click_named("Add a row").await;
    tern.pick_css(FACT, "requester_number").await;
    tern.type_over_css("[aria-label=\"Text\"]", &french).await;
    tern.pick("card-field", "number").await;
    tern.bring_into_view("card-save").await;
    walk.pictures("groups-layout").await;
    tern.click("card-save").await;
    tern.see("card-layout", "some conversations").await;
    tern.close_dialog().await;

    carrier.texts(&french, "Bonjour, mon vélo est prêt ?").await;
    walk.open("Bonjour, mon vélo est prêt ?").await;
    tern.see("work-strip", "Waits in All texts.").await;
    tern.click("why-open").await;
    tern.see("why-dialog", "Lacks the skill “French”").await;
    walk.pictures("groups-why").await;
    tern.close_dialog().await;
    assert_eq!(tern.count("offer-card").await, 0, "nobody knows enough");

    // She learns: the text that waited is hers to take.
    tern.open_settings("Agents and groups").await;
    tern.click("agent-edit").await;
    tern.pick("skill-level", "8").await;
    tern.click("agent-save").await;
    tern.close_dialog().await;
    carrier.texts(&other, "Hello, is my bike ready?").await;
    tern.until("both are offered", async || {
        tern.count("offer-card").await == 2
    })
    .await;
    let offers = tern.texts("offer-card").await;
    let of = |text: &str| offers.iter().find(|offer| offer.contains(text));
    let (by_layout, usual) = (of("mon vélo"), of("is my bike ready"));
    let by_layout = by_layout.expect("the offer shows the text");
    let usual = usual.expect("the other offer shows its text");
    let title = |offer: &str| offer.lines().next().map(str::to_owned);
    assert_ne!(title(by_layout).as_deref(), Some("Manon Girard"));
    assert!(
        title(by_layout).is_some_and(|title| title.ends_with(last_digits(&french))),
        "the number is the title: {by_layout}"
    );
    assert_eq!(title(usual).as_deref(), Some("Otto Winter"), "{usual}");
    walk.pictures("groups-offers").await;
    tern.click("offer-accept").await;
    walk.see_with("Ana").await;
    walk.end().await;
}

/// What a number ends with, however it is written.
fn last_digits(number: &str) -> &str {
    number.get(number.len() - 4..).expect("four digits")
}
