public import Primitives

/// What was done in a case so far, as the guards of its moves ask it.
public struct CaseRecord: Sendable {
    public struct Step: Sendable {
        /// `nil` for the registration.
        public let move: String?
        public let form: String?
        public var fields: Fields { reading() }
        /// The seal over what a signature signed.
        public let signed: [UInt8]?
        private let reading: @Sendable () -> Fields

        public init(move: String?, form: String?, fields: Fields, signed: [UInt8]? = nil) {
            self.init(move: move, form: form, signed: signed) { fields }
        }

        /// - Parameter reading: what was filled in, read each time that it is asked for: of a case's hundreds of steps
        ///   a handful are.
        public init(
            move: String?, form: String?, signed: [UInt8]?, reading: @escaping @Sendable () -> Fields
        ) {
            self.move = move
            self.form = form
            self.signed = signed
            self.reading = reading
        }
    }

    private let steps: [Step]
    private let charter: Charter
    /// How many files the case has that were not taken back.
    public let attachments: Int

    /// - Parameter steps: in their order, the registration first.
    public init(_ steps: [Step], charter: Charter, attachments: Int = 0) {
        self.steps = steps
        self.charter = charter
        self.attachments = attachments
    }

    /// The same with one more step.
    public func adding(_ step: Step) -> CaseRecord {
        CaseRecord(steps + [step], charter: charter, attachments: attachments)
    }

    /// The field's value as it was last filled in; `nil` also where the form was last left without it.
    public func latest(_ field: String) -> FieldValue? {
        for step in steps.reversed() {
            guard let form = step.form, charter.form(form)?.field(field) != nil else { continue }
            return step.fields[field]
        }
        return nil
    }

    /// The last filling in of a form.
    public func latest(ofForm form: String) -> Fields? { steps.last { $0.form == form }?.fields }

    /// The moves that were made and still count: a signature counts while what it signed stands unchanged.
    /// - Parameter seal: over `signable(_:)` of the same forms.
    public func standing(_ workflow: Workflow, seal: ([UInt8]) -> [UInt8]) -> Set<String> {
        var standing: Set<String> = []
        for step in steps {
            guard let key = step.move else { continue }
            guard let signed = step.signed else {
                standing.insert(key)
                continue
            }
            guard let forms = workflow.move(key)?.signs, seal(signable(forms)) == signed else { continue }
            standing.insert(key)
        }
        return standing
    }

    /// What stands in the forms as bytes, the same for the same content and for no other.
    ///
    /// Each piece carries its length, so that no two contents run together alike.
    public func signable(_ forms: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ text: String) {
            withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: text.utf8)
        }
        func add(_ value: FieldValue) {
            guard case .list(let values) = value else {
                add(value.text)
                return
            }
            add("list of \(values.count)")
            for value in values { add(value) }
        }
        for form in forms {
            add(form)
            let fields = latest(ofForm: form) ?? [:]
            for key in fields.keys.sorted() {
                guard let value = fields[key] else { continue }
                add(key)
                add(value)
            }
        }
        return bytes
    }
}
