//! Job searches.

use serde_json::json;

use crate::test_app::{Organization, all};

#[test]
fn finds_jobs_whose_title_has_one_of_the_words() {
    let (_, caller) = Organization::new();
    let wanted = json!({"keywords": ["ausbildung", "Vertrieb"]});
    let made = caller.post("/job-searches", &wanted).ok();
    let path = format!("/job-searches/{}", made["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).ok(), made);
    assert_eq!(all(&caller, "/job-searches").last(), Some(&made));
    let found = all(&caller, &format!("{path}/results"));
    assert_eq!(made["total"], found.len());
    assert!(found.len() > 10);
    for job in &found {
        let title = job["title"].as_str().unwrap();
        assert!(
            title.contains("Ausbildung") || title.contains("Vertrieb"),
            "{title}"
        );
    }
    // It is one of the jobs of its company.
    let company = found[0]["company_id"].as_str().unwrap();
    assert!(all(&caller, &format!("/companies/{company}/jobs")).contains(&found[0]));
}

#[test]
fn city_filter_is_the_place_of_the_job() {
    let (_, caller) = Organization::new();
    let everywhere = caller
        .post("/job-searches", &json!({"keywords": ["m/w/d"]}))
        .ok();
    let there = json!({"keywords": ["m/w/d"], "city": "HAMBURG"});
    let there = caller.post("/job-searches", &there).ok();
    assert!(there["total"].as_u64() < everywhere["total"].as_u64());
    let path = format!("/job-searches/{}/results", there["id"].as_str().unwrap());
    let found = all(&caller, &path);
    assert!(!found.is_empty() && found.iter().all(|job| job["city"] == "Hamburg"));
}
