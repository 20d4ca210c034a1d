/** A result for each company that was sent, in its order, with its external_id as it was: a text, also if it looks like a number. */
export function results(order, found) {
  return order.companies.map((company) => {
    const match = found(company);
    return {
      source_id: company.external_id ?? null,
      company_id: match.id,
      company: { name: company.company_name },
      // What was not ordered is left out, even where it is known.
      ...(order.features.includes("CONTACTS") && { contacts: match.contacts }),
      ...(order.features.includes("TECHNOLOGIES") && { technologies: match.technologies }),
    };
  });
}
