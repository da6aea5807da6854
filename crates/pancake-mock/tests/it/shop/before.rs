use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

/// The tags of the newest conversations.
pub async fn tags(base_url: &str, page: &str, token: &str) -> Result<Vec<String>, Failure> {
    let url = format!("{base_url}/public_api/v2/pages/{page}/conversations");
    let url = format!("{url}?page_access_token={token}");
    let answer: Value = serde_json::from_str(&reqwest::get(url).await?.text().await?)?;
    let rows = answer["conversations"].as_array().ok_or("no conversations")?;
    let mut texts = Vec::new();
    for tag in rows.iter().filter_map(|row| row["tags"].as_array()).flatten() {
        texts.push(tag["text"].as_str().ok_or("a tag without text")?.to_owned());
    }
    Ok(texts)
}
