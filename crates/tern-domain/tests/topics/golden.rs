//! Whole conversations, compared line by line with `golden/*.txt`. `TERN_UPDATE_GOLDEN=1` writes them anew.

use crate::script::play;

fn check(name: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/topics/golden")
        .join(format!("{name}.txt"));
    let wanted = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let played = play(&wanted);
    if std::env::var_os("TERN_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &played).unwrap();
    }
    assert_eq!(played, wanted, "golden/{name}.txt");
}

macro_rules! golden {
    ($($name:ident),+ $(,)?) => {
        $(
            #[test]
            fn $name() {
                check(stringify!($name));
            }
        )+

        /// A file that nothing plays proves nothing.
        #[test]
        fn every_golden_file_is_played() {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/topics/golden");
            let mut files: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
                .collect();
            files.sort();
            let mut played = vec![$(stringify!($name).to_owned()),+];
            played.sort();
            assert_eq!(files, played);
        }
    };
}

golden!(
    s_10_waiting,
    s_10_waiting_begins,
    v_1_text,
    v_2_choice,
    v_3_records,
    v_4_yes_no,
    v_5_picture,
    v_7_to_v_10_responses,
    v_16_pages,
    v_17_properties,
    v_18_skip,
    v_19_invalid_answers,
    v_20_secure,
    v_21_utilities,
    v_22_decision_fails,
    v_22_decision_order,
    v_23_endless_loop,
    v_25_v_26_discovery,
    v_27_switching,
    v_28_setup_topics,
    v_30_to_v_36_commands,
    r_9_bursts,
    r_11_first_text,
    odd_inputs,
    late_texts,
    h_2_to_h_7_handoff,
    h_9_autopilot,
    i_14_silence,
    t_7_long_text,
    ready_topics,
    l_2_code_by_text,
    l_3_proof,
    l_13_reset,
);
