//! Notes on customers; a deleted note stays, with the time of its removal.
use super::page::PageState;
use crate::vocabulary;

/// Times in unix milliseconds, unlike everywhere else (docs/behaviour.md#time).
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) id: String,
    pub(crate) message: String,
    pub(crate) created_at: i64,
    pub(crate) updated_at: Option<i64>,
    pub(crate) removed_at: Option<i64>,
    pub(crate) staff: u64,
    pub(crate) order_id: Option<String>,
    pub(crate) edits: Vec<NoteEdit>,
}

/// What a note said before.
#[derive(Clone, Debug)]
pub(crate) struct NoteEdit {
    pub(crate) message: String,
    pub(crate) created_at: i64,
    pub(crate) staff: u64,
}

impl PageState {
    pub(super) fn seeded_notes(&self, index: u64) -> Vec<Note> {
        let seed = self.seed.of("notes").with(index);
        if index >= self.seeded || !seed.chance(10) {
            return Vec::new();
        }
        let created_at = self.inserted(index) / 1000 + 60_000;
        (0..1 + seed.below(2))
            .map(|n| {
                let seed = seed.with(n);
                let created_at = created_at + i64::try_from(n).unwrap_or(0) * 1000;
                let staff = seed.of("staff").below(super::staff::ACTIVE);
                // Some were changed since.
                let edits = seed.of("edited").chance(25).then(|| NoteEdit {
                    message: seed.of("former").pick_str(vocabulary::NOTES).to_owned(),
                    created_at,
                    staff,
                });
                Note {
                    id: seed.uuid(),
                    message: seed.of("message").pick_str(vocabulary::NOTES).to_owned(),
                    created_at,
                    updated_at: edits.as_ref().map(|_| created_at + 30_000),
                    removed_at: None,
                    staff,
                    order_id: seed
                        .chance(20)
                        .then(|| (10_000 + seed.below(90_000)).to_string()),
                    edits: edits.into_iter().collect(),
                }
            })
            .collect()
    }

    pub(crate) fn new_note_id(&mut self) -> String {
        self.notes_made += 1;
        self.seed.of("new note").with(self.notes_made).uuid()
    }
}
