//! Checks of objects and lists: success, pages, what is read after a write or a deletion.

use schemas::{
    Evidence::{Assumed, Documented},
    Operation, source,
};

use crate::provider::{
    check::Check,
    checks::{any, counts, list_after_update, lists, lists_unique_ids, objects, writes},
    requirements::{FULL_KEY, SANDBOX},
    valid_request::MAX_FILL_REQUESTS,
};

pub(super) const CHECKS: &[Check] = &[
    check!("PRV-SUCCESS", Documented, source::AUTHENTICATION,
        per_operation any => objects::success,
        FULL_KEY.prepared(1).requests(1),
        "A valid request with the required scopes succeeds and returns the documented shape.",
        because "A client that does everything right would fail."),
    check!("PRV-LIST-LIMIT", Documented, source::AUTHENTICATION,
        per_operation Operation::is_list => lists::limit,
        FULL_KEY.prepared(1).requests(4).fill_requests(MAX_FILL_REQUESTS),
        "A list returns at most `limit` rows, and `total` is the number of all rows.",
        because "Clients page by these numbers: with a wrong total they stop too early, or never."),
    check!("PRV-LIST-PAGES", Assumed, source::OURS,
        per_operation Operation::is_list => lists::pages,
        FULL_KEY.prepared(1).requests(1 + lists::MAX_PAGES).fill_requests(MAX_FILL_REQUESTS),
        "Paging through a list with `offset`, from any row on, returns every row exactly once, the oldest first.",
        because "A client that copies the list would lack rows or have some twice, and see no error."),
    check!("PRV-LIST-END", Assumed, source::OURS,
        per_operation Operation::is_list => lists::end,
        FULL_KEY.prepared(1).requests(2).fill_requests(MAX_FILL_REQUESTS),
        "A page past the end of a list is empty, and still says the `total`.",
        because "Clients read until a page is empty: an error there looks like a failed copy, and a total of 0 like \
         an empty list."),
    check!("PRV-LIST-FOREIGN", Assumed, source::OURS,
        per_operation lists_unique_ids => lists::foreign,
        SANDBOX.prepared(2).requests(2).fill_requests(2 * MAX_FILL_REQUESTS),
        "A list contains no rows of another organization.",
        because "One customer would see the data of another."),
    check!("PRV-LIST-READ", Assumed, source::OURS,
        per_operation lists::has_read_operation => lists::rows,
        FULL_KEY.prepared(1).row_reads(lists::ROW_READS).fill_requests(MAX_FILL_REQUESTS),
        "A row of a list has the values of the object itself, in every field that both have; besides the id, at least \
         one.",
        because "A client that works from the list would use other data than one that reads each object."),
    check!("PRV-COUNTS", Assumed, source::OURS,
        per_operation counts::counts => counts::as_listed,
        FULL_KEY.prepared(1).requests(1).reads(counts::READS),
        "The number of entries, jobs or companies that an object states is the number of those that are listed.",
        because "A count that is too low looks like lost data; a count of 0 looks like nothing to do."),
    check!("PRV-WRITE-READ", Assumed, source::OURS,
        per_operation writes::writes => writes::readback,
        FULL_KEY.prepared(1).requests(3).reads(7),
        "A write returns the values that were sent, and a read returns the same. An update changes only the fields \
         that it names, and `updated_at`.",
        because "The client believes that its data is stored, and learns late or never that it is not."),
    check!("PRV-WRITE-TEXT", Assumed, source::OURS,
        per_operation writes::writes_text => writes::texts_read_back,
        FULL_KEY.prepared(1).requests(1).reads(1),
        "Text is returned exactly as it was sent, in any script and with any character: nothing is lost, replaced or \
         normalized, spaces and letters of an address included.",
        because "A company whose name comes back changed no longer matches the one in the caller's own records."),
    check!("PRV-WRITE-LIST", Assumed, source::OURS,
        per_operation list_after_update::updates_row => list_after_update::row_after_update,
        FULL_KEY.prepared(1).requests(1).reads(4),
        "After an update, the object's row in its list has the new values.",
        because "A client that works from the list would go on with values that have been corrected since."),
    check!("PRV-DELETE-FINAL", Assumed, source::OURS,
        per_operation objects::deletes => objects::deletion,
        FULL_KEY.prepared(1).requests(2).reads(3),
        "A deleted object returns 404, for reads, also of what belongs to it, and for further deletes. That it can no longer be read is stated by a \
         guide; the 404 is assumed.",
        because "Data that its owner believes deleted could still be read."),
    check!("PRV-DELETE-LIST", Assumed, source::OURS,
        per_operation objects::deletes_from_list => objects::list_after_deletion,
        FULL_KEY.prepared(1).requests(1).reads(2).fill_requests(1),
        "A deleted object disappears from lists, from their totals and from counts; of several, all do. A guide states that for objects; how entries \
         of a blacklist are named in the body of a deletion is assumed.",
        because "A client that works through the list would get 404 for rows that it has just been given."),
];
