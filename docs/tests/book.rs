//! The topics are the pages of the book, and the links between them lead somewhere.

use std::collections::{HashMap, HashSet};

/// The values of an attribute of a page.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    let values = html.split(&begin).skip(1);
    values
        .filter_map(|rest| rest.split_once('"'))
        .map(|(value, _)| value)
        .collect()
}

#[test]
fn topics_are_unique_and_found_in_any_case() {
    let topics: HashSet<_> = docs::pages()
        .map(|page| page.topic.to_lowercase())
        .collect();
    assert_eq!(topics.len(), docs::pages().count());
    for topic in topics {
        docs::find(&topic).unwrap();
    }
}

#[test]
fn pages_are_found_by_the_paths_of_their_files() {
    for path in [
        "tutorials/curl",
        "tutorials/curl.md",
        "docs/tutorials/curl.md",
        "curl.md",
    ] {
        assert_eq!(docs::find(path).unwrap().topic, "curl");
    }
    assert_eq!(docs::find("decisions/index.md").unwrap().topic, "decisions");
    assert_eq!(docs::find("docs/README.md").unwrap().topic, "README");
    docs::find("how-to/curl").unwrap_err();
}

#[test]
fn pages_are_found_by_the_links_of_other_pages() {
    for link in [
        "../tutorials/curl.md",
        "./curl.md",
        "/tutorials/curl",
        "curl/",
        "curl.md#next",
        "../tutorials/curl.md#next",
    ] {
        assert_eq!(docs::find(link).unwrap().topic, "curl", "{link}");
    }
    for link in ["", "#heading", "..", "./"] {
        docs::find(link).unwrap_err();
    }
}

#[test]
fn readmes_of_the_packages_are_pages() {
    let page = docs::find("../../packages/python/README.md").unwrap();
    assert_eq!(page.topic, "python-package");
    let text = page.text().unwrap();
    assert!(text.contains("openprospect_journal"), "{text}");
    let unknown = docs::find("packages/nonsense/README.md").unwrap_err();
    assert!(!unknown.to_string().contains("did you mean"), "{unknown}");
}

#[test]
fn pages_show_no_comments() {
    for page in docs::pages() {
        let text = page.text().unwrap();
        // The blocks of code are every other part.
        for part in text.split("\n```").step_by(2) {
            assert!(!part.contains("<!--"), "{}: {part}", page.topic);
            assert!(!part.contains("\n\n\n"), "{}: {part}", page.topic);
        }
    }
}

#[test]
fn page_on_a_topic_is_known_to_the_compiler() {
    const TWIN: &docs::Page = docs::page("twin");
    assert_eq!(TWIN.topic, "twin");
}

#[test]
fn every_listed_page_is_a_topic_with_a_title() {
    let summary = include_str!("../SUMMARY.md");
    let listed = summary.lines().filter(|line| line.contains("](")).count();
    assert_eq!(docs::pages().count(), listed);
    for page in docs::pages() {
        let name = page.topic;
        assert!(
            page.text().unwrap().starts_with("# "),
            "{name} begins with no title"
        );
    }
}

/// The sandbox forbids them to its pages.
#[test]
fn rendered_pages_have_no_styles_and_scripts() {
    for page in docs::pages() {
        let html = page.html("").unwrap();
        let forbidden = [" style=", "<script", "<img"].map(|part| html.contains(part));
        assert_eq!(forbidden, [false; 3], "{}", page.topic);
    }
}

#[test]
fn links_lead_to_pages_and_to_headings() {
    let rendered: HashMap<_, _> = docs::pages()
        .map(|page| (format!("/docs/{}", page.topic), page.html("/docs").unwrap()))
        .collect();
    let mut links = 0;
    for (path, html) in &rendered {
        for link in values(html, "href") {
            let (target, heading) = link.split_once('#').unwrap_or((link, ""));
            if target.contains("://") {
                continue;
            }
            let target = if target.is_empty() { path } else { target };
            let page = rendered.get(target);
            let page = page.unwrap_or_else(|| panic!("{path} links to {link}"));
            let is_there = heading.is_empty() || values(page, "id").contains(&heading);
            assert!(is_there, "{path} links to {link}: no such heading");
            links += 1;
        }
    }
    assert!(links > 100, "only {links} links were found");
}
