//! A bot that answers visitors as Mailoo's owner: `MAILOO_OWNER_TOKEN=… cargo run --example mailoo_owner -- https://api.mailoo.app INTEGRATION-ID`

use std::time::Duration;

use visavis_native_client::mailoo::Owner;
use visavis_native_client::{Author, Error, Secret};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().unwrap_or_default();
    let token = Secret::new(std::env::var("MAILOO_OWNER_TOKEN").unwrap_or_default());
    let owner = Owner::new(&argument(), token, argument())?;
    loop {
        match attend(&owner).await {
            // A token that is refused, or an integration that nobody knows, stays so.
            Err(error) if error.needs_app() => return Err(error),
            Err(error) => eprintln!("{error}"),
            Ok(()) => {}
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
}

/// Answers until the socket ends. It only tells that there is news: the conversations are the truth, and are read after it was opened, so
/// that nothing falls between.
pub(crate) async fn attend(owner: &Owner) -> Result<(), Error> {
    let mut news = owner.listen().await?;
    answer_all(owner).await?;
    while news.next().await.is_some() {
        answer_all(owner).await?;
    }
    Ok(())
}

/// Answers every conversation in which the visitor had the last word. A reply whose fate is not known is found there the next time, so
/// none is sent twice.
pub(crate) async fn answer_all(owner: &Owner) -> Result<(), Error> {
    for summary in owner.sessions().await? {
        let said = owner.messages(&summary.session).await?;
        let Some(last) = said.last().filter(|last| last.author == Author::Visitor) else {
            continue;
        };
        owner
            .reply(&summary.session, &format!("You said: {}", last.text))
            .await?;
    }
    Ok(())
}
