import Cases
import Organisations
import Policy
import Primitives

/// Every form of a case as it was last filled in, on paper, with the signatures that stand.
struct CasePrint {
    let shell: Shell
    let sheet: CaseSheet
    /// Each a `SignatureLine`.
    let signs: String?

    init(_ sheet: CaseSheet, shell: Shell, rows: CaseTemplates) {
        self.shell = shell
        self.sheet = sheet
        signs = rows.sign.render(sheet.signatures).ifAny?.text
    }
}

/// What stands on that paper.
struct CaseSheet {
    let organisation: String
    let title: String
    let reference: String
    let rules: String
    let backPath: String
    let forms: [CasePage.Section]
    let signatures: [CasePage.SignatureLine]
    let printed: String

    init(detail: CaseService.Detail, organisation: String, texts: FieldText, rows: CaseTemplates) {
        let words = texts.words
        let language = words.language
        self.organisation = organisation
        title = detail.workflow.title[language]
        reference = detail.matter.reference
        rules = words("{0}第{1}版", detail.charter.title[language], String(detail.charter.version))
        backPath = "/cases/\(detail.matter.id)"
        var seen: Set<String> = []
        let keys = detail.steps.compactMap(\.form).filter { seen.insert($0).inserted }
        forms = keys.compactMap { key in
            guard let form = detail.charter.form(key), let fields = detail.record.latest(ofForm: key) else {
                return nil
            }
            return CasePage.Section(
                title: form.title[language], clause: form.clauses.first, lines: CasePage.lines(fields, form, texts))
        }
        signatures = CasePage.signatures(detail, texts.time, rows)
        printed = words("打印于{0}", texts.time.moment(detail.now))
    }
}
