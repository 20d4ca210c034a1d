//! Pages as HTML, whose links lead to the pages of a server.

use std::{collections::HashMap, io};

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::{Page, pages};

impl Page {
    /// The page as HTML. A link to another page becomes one to `base` and its topic, and one to a file that is no page becomes its
    /// text; pictures are replaced by what they show. HTML in the page is shown as text.
    ///
    /// # Errors
    ///
    /// If the page cannot be read.
    pub fn html(&self, base: &str) -> io::Result<String> {
        self.text().map(|text| self.rendered(&text, base))
    }

    fn rendered(&self, text: &str, base: &str) -> String {
        let mut is_text = false;
        let mut events: Vec<_> = Parser::new_ext(text, Options::ENABLE_TABLES)
            .filter(|event| !is_comment(event))
            .map(|event| self.rewritten(event, base, &mut is_text))
            .collect();
        name_headings(&mut events);
        let mut page = String::new();
        html::push_html(&mut page, events.into_iter());
        page
    }

    /// `is_text`: whether the event is in a link that is replaced by its text.
    fn rewritten<'a>(&self, mut event: Event<'a>, base: &str, is_text: &mut bool) -> Event<'a> {
        if let Event::Html(text) | Event::InlineHtml(text) = event {
            return Event::Text(text);
        }
        if matches!(event, Event::Start(Tag::Image { .. })) {
            return Event::Start(Tag::Emphasis);
        }
        if matches!(event, Event::End(TagEnd::Image)) {
            return Event::End(TagEnd::Emphasis);
        }
        if *is_text && matches!(event, Event::End(TagEnd::Link)) {
            *is_text = false;
            return Event::Text("".into());
        }
        if let Event::Start(Tag::Link { dest_url, .. }) = &mut event {
            match self.target(dest_url, base) {
                Some(target) => *dest_url = target.into(),
                None if dest_url.starts_with('#') || dest_url.contains("://") => {}
                None => {
                    *is_text = true;
                    return Event::Text("".into());
                }
            }
        }
        event
    }

    /// Where a link to another page leads; `None` if it is none.
    fn target(&self, link: &str, base: &str) -> Option<String> {
        let (file, fragment) = match link.split_once('#') {
            Some((file, fragment)) => (file, format!("#{fragment}")),
            None => (link, String::new()),
        };
        let file = resolved(self.file, file);
        let page = pages().find(|page| page.file == file || page.includes(&file))?;
        Some(format!("{base}/{}{fragment}", page.topic))
    }
}

/// The path of a file that another one links to, in the book or in the repository.
fn resolved(from: &str, link: &str) -> String {
    let mut path: Vec<_> = from.split('/').collect();
    path.pop();
    for part in link.split('/') {
        if part == ".." {
            path.pop();
        } else {
            path.push(part);
        }
    }
    path.join("/")
}

fn is_comment(event: &Event<'_>) -> bool {
    matches!(event, Event::Html(text) if text.starts_with("<!--"))
}

/// Gives each heading an id that links can name, as mdBook does.
fn name_headings(events: &mut [Event<'_>]) {
    let mut used = HashMap::new();
    for start in 0..events.len() {
        let (before, after) = events.split_at_mut(start + 1);
        if let Some(Event::Start(Tag::Heading { id, .. })) = before.last_mut() {
            *id = Some(heading_id(after, &mut used));
        }
    }
}

/// The id of the heading whose content begins these events.
fn heading_id(content: &[Event<'_>], used: &mut HashMap<String, usize>) -> CowStr<'static> {
    let inside = content
        .iter()
        .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let mut id = String::new();
    for event in inside {
        if let Event::Text(text) | Event::Code(text) = event {
            id.extend(text.chars().filter_map(in_id));
        }
    }
    let count = used.entry(id.clone()).or_insert(0);
    *count += 1;
    match *count {
        1 => id.into(),
        more => format!("{id}-{}", more - 1).into(),
    }
}

fn in_id(character: char) -> Option<char> {
    if character.is_whitespace() {
        Some('-')
    } else if character.is_alphanumeric() || "-_".contains(character) {
        Some(character.to_ascii_lowercase())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of the how-to guides with this text.
    fn rendered(text: &str) -> String {
        const TWIN: &Page = crate::page("twin");
        TWIN.rendered(text, "/docs")
    }

    #[test]
    fn html_is_shown_as_text_and_comments_are_left_out() {
        let text = "<!-- begin -->\n\n# A <b>\n\n<script>alert(1)</script>\n\n<!-- end -->\n";
        assert_eq!(
            rendered(text),
            "<h1 id=\"a-b\">A &lt;b&gt;</h1>\n&lt;script&gt;alert(1)&lt;/script&gt;\n"
        );
    }

    #[test]
    fn links_to_pages_lead_to_their_topics() {
        let text = "[a](oauth.md#x) [b](../ci.md) [c](https://example.org/ci.md) ![d](../images/d.png) \
                    [e](../../packages/node/README.md) [f](../../packages/test)\n";
        assert_eq!(
            rendered(text),
            "<p><a href=\"/docs/oauth#x\">a</a> <a href=\"/docs/ci\">b</a> \
             <a href=\"https://example.org/ci.md\">c</a> <em>d</em> \
             <a href=\"/docs/node-package\">e</a> f</p>\n"
        );
    }

    #[test]
    fn headings_with_the_same_text_have_different_ids() {
        let html = rendered("## Run `it`!\n\n## Run it\n");
        assert!(
            html.contains("id=\"run-it\"") && html.contains("id=\"run-it-1\""),
            "{html}"
        );
    }
}
