//! The legal forms of German companies, and how names express them.

/// A company's legal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegalForm {
    /// A limited company.
    Gmbh,
    /// A limited partnership whose general partner is a limited company.
    GmbhCoKg,
    /// A limited company with less than 25,000 € of capital.
    Ug,
    /// A stock corporation.
    Ag,
    /// A limited partnership.
    Kg,
    /// A general partnership.
    Ohg,
    /// A registered sole trader.
    Ek,
    /// A cooperative.
    Eg,
    /// A partnership of professionals with limited liability.
    PartGmbb,
}

/// Endings of names. A longer ending precedes one that it ends with, and the usual spelling of each form comes
/// first.
const ENDINGS: [(&str, LegalForm); 21] = [
    ("GmbH & Co. KG", LegalForm::GmbhCoKg),
    ("GmbH & Co KG", LegalForm::GmbhCoKg),
    ("GmbH & Co.KG", LegalForm::GmbhCoKg),
    ("GmbH und Co. KG", LegalForm::GmbhCoKg),
    ("gGmbH", LegalForm::Gmbh),
    ("mbH", LegalForm::Gmbh),
    ("GmbH", LegalForm::Gmbh),
    ("UG (haftungsbeschränkt)", LegalForm::Ug),
    ("UG haftungsbeschränkt", LegalForm::Ug),
    ("UG", LegalForm::Ug),
    ("AG", LegalForm::Ag),
    ("KG", LegalForm::Kg),
    ("OHG", LegalForm::Ohg),
    ("e.K.", LegalForm::Ek),
    ("e. K.", LegalForm::Ek),
    ("e.Kfr.", LegalForm::Ek),
    ("e.Kfm.", LegalForm::Ek),
    ("eK", LegalForm::Ek),
    ("eG", LegalForm::Eg),
    ("PartG mbB", LegalForm::PartGmbb),
    ("PartGmbB", LegalForm::PartGmbb),
];

impl LegalForm {
    /// As names spell it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gmbh => "GmbH",
            Self::GmbhCoKg => "GmbH & Co. KG",
            Self::Ug => "UG (haftungsbeschränkt)",
            Self::Ag => "AG",
            Self::Kg => "KG",
            Self::Ohg => "OHG",
            Self::Ek => "e.K.",
            Self::Eg => "eG",
            Self::PartGmbb => "PartG mbB",
        }
    }

    /// Splits a name into the part before its legal form, and the form, ignoring case. If the name has no form, or
    /// is only a form, the whole name is the first part.
    pub(crate) fn split(name: &str) -> (&str, Option<Self>) {
        let name = name.trim();
        ENDINGS
            .iter()
            .find_map(|(ending, form)| {
                let start = name.len().checked_sub(ending.len())?;
                let (before, end) = name.split_at_checked(start)?;
                let stem = before.trim_end();
                (end.eq_ignore_ascii_case(ending) && stem.len() < before.len() && !stem.is_empty())
                    .then_some((stem, Some(*form)))
            })
            .unwrap_or((name, None))
    }

    /// The earliest founding year of a company that begins with this form, such as 1892 for the `GmbH`.
    pub(super) fn since(self) -> u16 {
        match self {
            Self::Gmbh => 1892,
            Self::GmbhCoKg => 1912,
            Self::Ug => 2009,
            Self::PartGmbb => 2013,
            Self::Ag | Self::Kg | Self::Ohg | Self::Ek | Self::Eg => 1870,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_a_legal_form_at_the_end_of_a_name_only() {
        for (name, expected) in [
            ("A GmbH & Co. KG", ("A", Some(LegalForm::GmbhCoKg))),
            ("Müller & Co. KG", ("Müller & Co.", Some(LegalForm::Kg))),
            ("A gmbh ", ("A", Some(LegalForm::Gmbh))),
            ("A UG (haftungsbeschränkt)", ("A", Some(LegalForm::Ug))),
            ("Uhren Weiß e. K.", ("Uhren Weiß", Some(LegalForm::Ek))),
            ("A und B PartG mbB", ("A und B", Some(LegalForm::PartGmbb))),
            ("Kolleg", ("Kolleg", None)),
            ("GmbH", ("GmbH", None)),
            ("KG Müller", ("KG Müller", None)),
            ("AB  ß", ("AB  ß", None)),
        ] {
            assert_eq!(LegalForm::split(name), expected, "{name}");
        }
    }

    #[test]
    fn every_form_is_recognized_by_its_own_name() {
        for (_, form) in ENDINGS {
            let name = format!("Reinhardt {}", form.name());
            assert_eq!(LegalForm::split(&name), ("Reinhardt", Some(form)));
        }
    }
}
