//! `kmadmin passwords show, set, share-anew`: how many administrators each act asks for.

use std::num::NonZeroU8;

use serde_json::json;

use super::answers::Answers;
use super::approve::approve;
use super::args::AnswerFiles;
use super::call::Call;
use crate::domain::guard::Guard;
use crate::engine::administer::{SetNumbers, ShareAnew};
use crate::terminal::failure::Failure;

/// Shows the five rows of the page.
pub(super) fn show(call: Call<'_>) -> Result<(), Failure> {
    let mut opened = call.open()?;
    let numbers = opened.engine.numbers()?;
    let administrators = opened.engine.administrators()?;
    let active = administrators.iter().filter(|one| one.accepted);
    let seats = u8::try_from(active.count()).unwrap_or(u8::MAX);
    opened.console.list()?;
    for guard in Guard::ALL {
        let (number, limit) = (numbers.of(guard), guard.limit(seats));
        opened.console.item(
            &format!(
                "{:<10}  {number} of at most {limit}  {}",
                guard.word(),
                guard.caption()
            ),
            &json!({
                "act": guard.word(),
                "caption": guard.caption(),
                "count": number.get(),
                "limit": limit,
            }),
        )?;
    }
    let administer = numbers.of(Guard::Administer);
    if Guard::ALL
        .into_iter()
        .any(|guard| administer < numbers.of(guard))
    {
        opened.console.note(WEAK_ADMINISTER)?;
    }
    Ok(())
}

/// Changes one number, through the quorum of *administer* as it stands before the change.
pub(super) fn set(
    mut call: Call<'_>,
    act: &str,
    count: u64,
    files: &AnswerFiles,
) -> Result<(), Failure> {
    let guard = Guard::parse(act).ok_or_else(|| Failure::refused("There is no such act."))?;
    let number = u8::try_from(count).ok().and_then(NonZeroU8::new);
    let number = number.ok_or_else(|| {
        Failure::Refused(format!(
            "{count} passwords can not be asked for: at least 1, at most one for each administrator."
        ))
    })?;
    let mut answers = Answers::read(&mut call.inputs, &files.answers)?;
    let mut opened = call.open()?;
    let numbers = opened.engine.numbers()?.with(guard, number);
    approve(&mut opened, &mut answers, SetNumbers { numbers })?;
    opened.console.field("act", guard.word());
    opened.console.field("count", number.get());
    opened.console.say(&format!(
        "{}: {number} password(s) from now on.",
        guard.caption()
    ))?;
    if numbers.of(Guard::Administer) < number {
        opened.console.note(WEAK_ADMINISTER)?;
    }
    Ok(())
}

/// Makes all guard secrets and keys new.
pub(super) fn share_anew(mut call: Call<'_>, files: &AnswerFiles) -> Result<(), Failure> {
    let mut answers = Answers::read(&mut call.inputs, &files.answers)?;
    let mut opened = call.open()?;
    approve(&mut opened, &mut answers, ShareAnew)?;
    opened
        .console
        .say("All secrets and keys of the guarded acts are new and shared anew.")?;
    Ok(())
}

/// What the page says beside such a number.
const WEAK_ADMINISTER: &str = "An act asks for more passwords than administer does. Administer can share every secret anew, so the higher number protects nothing: raise administer as well.";
