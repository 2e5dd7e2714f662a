//! The list of migrations that this program carries.
//!
//! Owns the list and its check for gaps. The SQL itself is in the workspace's `migrations/` folder; a test
//! compares the two, so a file cannot be forgotten here.

/// One step from the version before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// The version that the file has afterwards.
    pub(crate) version: u32,
    /// The statements.
    pub(crate) sql: &'static str,
}

/// Every migration, oldest first.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sql: include_str!("../../../../migrations/0001_init.sql"),
    },
    Migration {
        version: 2,
        sql: include_str!("../../../../migrations/0002_add_desk.sql"),
    },
    Migration {
        version: 3,
        sql: include_str!("../../../../migrations/0003_help_and_masks.sql"),
    },
    Migration {
        version: 4,
        sql: include_str!("../../../../migrations/0004_add_messaging_actions.sql"),
    },
    Migration {
        version: 5,
        sql: include_str!("../../../../migrations/0005_people.sql"),
    },
    Migration {
        version: 6,
        sql: include_str!("../../../../migrations/0006_routing.sql"),
    },
    Migration {
        version: 7,
        sql: include_str!("../../../../migrations/0007_live_group.sql"),
    },
    Migration {
        version: 8,
        sql: include_str!("../../../../migrations/0008_wrap_up.sql"),
    },
    Migration {
        version: 9,
        sql: include_str!("../../../../migrations/0009_identity_in_doubt.sql"),
    },
    Migration {
        version: 10,
        sql: include_str!("../../../../migrations/0010_past_waits.sql"),
    },
    Migration {
        version: 11,
        sql: include_str!("../../../../migrations/0011_virtual_agent.sql"),
    },
    Migration {
        version: 12,
        sql: include_str!("../../../../migrations/0012_identity.sql"),
    },
    Migration {
        version: 13,
        sql: include_str!("../../../../migrations/0013_notifications.sql"),
    },
    Migration {
        version: 14,
        sql: include_str!("../../../../migrations/0014_waiting_notifications.sql"),
    },
    Migration {
        version: 15,
        sql: include_str!("../../../../migrations/0015_figures.sql"),
    },
    Migration {
        version: 16,
        sql: include_str!("../../../../migrations/0016_find.sql"),
    },
    Migration {
        version: 17,
        sql: include_str!("../../../../migrations/0017_histories.sql"),
    },
    Migration {
        version: 18,
        sql: include_str!("../../../../migrations/0018_hours.sql"),
    },
    Migration {
        version: 19,
        sql: include_str!("../../../../migrations/0019_order_threads_by_time.sql"),
    },
    Migration {
        version: 20,
        sql: include_str!("../../../../migrations/0020_kept_figures.sql"),
    },
];

/// The version that does not follow its predecessor, if there is one.
pub(crate) fn find_gap(migrations: &[Migration]) -> Option<u32> {
    (1..)
        .zip(migrations)
        .find(|(expected, migration)| *expected != migration.version)
        .map(|(_, migration)| migration.version)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_list_has_every_file_of_the_folder_in_order_and_without_a_gap() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
        let mut files: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".sql") && name != "schema.sql")
            .collect();
        files.sort();
        let versions: Vec<u32> = files
            .iter()
            .map(|name| name.split_once('_').unwrap().0.parse().unwrap())
            .collect();
        let listed: Vec<u32> = MIGRATIONS
            .iter()
            .map(|migration| migration.version)
            .collect();
        assert_eq!(versions, listed);
        assert_eq!(find_gap(MIGRATIONS), None);
    }

    #[test]
    fn a_gap_is_found() {
        let one = Migration {
            version: 1,
            sql: "",
        };
        let three = Migration {
            version: 3,
            sql: "",
        };
        assert_eq!(find_gap(&[one, three]), Some(3));
        assert_eq!(find_gap(&[three]), Some(3));
    }
}
