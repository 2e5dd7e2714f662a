//! The profile matching table in the real window, row by row: who is shown behind a number that texts in, why,
//! and what is marked.

use tern_simulator::SimulatorConfig;

use super::walk::Walk;

#[tokio::test(flavor = "multi_thread")]
async fn p_2_to_p_7_each_row_of_the_table_puts_the_right_person_behind_a_number() {
    let walk = Walk::start(SimulatorConfig::default(), "Nothing").await;
    let (tern, carrier) = (&walk.tern, &walk.carrier);
    let number = async || carrier.customer().await;
    let (ines, bruno, twins, lent) = (
        number().await,
        number().await,
        number().await,
        number().await,
    );
    walk.add_person("Ines Okafor", &ines).await;
    walk.add_person("Tom Weber", &twins).await;
    walk.add_person("Tim Weber", &twins).await;

    // P-2: one user has the number, no profile yet.
    carrier.texts(&ines, "Is my bicycle ready?").await;
    walk.see_row(&["Ines Okafor", "Is my bicycle ready?"]).await;
    walk.open("Is my bicycle ready?").await;
    tern.see("identity", "the directory agrees").await;
    walk.see_timeline("Recognised the number as Ines Okafor’s", 1)
        .await;
    walk.pictures("profiles-p-2").await;

    // P-4: nobody has it; the requester is a guest with a profile of nobody's.
    carrier.texts(&bruno, "How much is a new chain?").await;
    walk.open("How much is a new chain?").await;
    tern.see("identity", "Guest").await;
    tern.see("identity", "Nobody in the directory is known")
        .await;
    walk.pictures("profiles-p-4").await;

    // P-6: a user gets it later; the profile is bound, and no second one is made.
    walk.add_person("Bruno Silva", &bruno).await;
    carrier.texts(&bruno, "Still there?").await;
    walk.see_row(&["Bruno Silva", "Still there?"]).await;
    walk.open("Still there?").await;
    walk.see_timeline("Recognised the number as Bruno Silva’s", 1)
        .await;
    walk.see_timeline("profile was closed", 0).await;
    walk.pictures("profiles-p-6").await;

    // P-7: two users have it; no guess is made, and the list says so.
    carrier.texts(&twins, "We both lost our keys.").await;
    walk.see_row(&["Not certain who this is", "We both lost our keys."])
        .await;
    walk.open("We both lost our keys.").await;
    tern.see("identity", "Guest").await;
    tern.see("identity", "Tern does not guess").await;
    tern.see("identity", "Tom Weber").await;
    tern.see("identity", "Tim Weber").await;
    walk.pictures("profiles-p-7").await;

    // P-3: an agent binds a number that no user has; the next conversation knows the person.
    carrier.texts(&lent, "Writing from my office phone.").await;
    walk.open("Writing from my office phone.").await;
    tern.see("identity", "Guest").await;
    tern.click("identity-bind").await;
    tern.type_into("picker-input", "Ines").await;
    tern.click_showing("picker-person", "Ines Okafor").await;
    walk.see_row(&["Ines Okafor", "Writing from my office phone."])
        .await;
    tern.click("act-finish").await;
    tern.see_gone("conversation-row", "Writing from my office phone.")
        .await;
    carrier.texts(&lent, "One more question.").await;
    walk.see_row(&["Ines Okafor", "One more question."]).await;
    walk.open("One more question.").await;
    tern.see("identity", "The number was bound to this person.")
        .await;
    walk.see_timeline("Finished the conversation", 1).await;
    walk.see_timeline("Wrote in", 2).await;
    walk.pictures("profiles-p-3").await;
    // Her record is not given the number.
    tern.click("people-open").await;
    tern.click_showing("person-row", "Ines Okafor").await;
    tern.see_on_page("Writes from").await;
    let mobile = tern.value("person-mobile").await;
    let digits: String = mobile.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits, ines.trim_start_matches('+'), "only her own");
    walk.pictures("profiles-p-3-person").await;
    walk.to_inbox().await;

    // P-5: the directory gives it to somebody else; the profile stays, and the conflict is marked.
    walk.add_person("Dora Klein", &lent).await;
    carrier.texts(&lent, "Are you open on Sunday?").await;
    walk.see_row(&[
        "Ines Okafor",
        "Not certain who this is",
        "Are you open on Sunday?",
    ])
    .await;
    walk.open("Are you open on Sunday?").await;
    tern.see("identity", "the directory gives it to somebody else")
        .await;
    walk.pictures("profiles-p-5").await;
    // An agent who knows better rebinds it; the mark goes.
    tern.click_named("It is them").await;
    walk.see_row(&["Dora Klein", "Are you open on Sunday?"])
        .await;
    tern.until("only the twins are in doubt", async || {
        tern.count("identity-doubt").await == 1
    })
    .await;
    walk.see_timeline("Gave the number to Dora Klein; it was Ines Okafor’s", 1)
        .await;
    walk.pictures("profiles-p-5-rebound").await;
    walk.end().await;
}
