import Crypto
public import Policy
public import Primitives

extension CaseRecord {
    public init(_ steps: [CaseStep], charter: Charter, attachments: Int = 0) {
        self.init(
            steps.map { step in Step(move: step.move, form: step.form, signed: step.signed) { step.fields } },
            charter: charter,
            attachments: attachments)
    }

    /// What a signature of these forms signs: SHA-256 over the case and what stands in them.
    public func seal(over forms: [String], of matter: CaseID) -> [UInt8] {
        CaseRecord.seal(signable(forms), of: matter)
    }

    /// The moves that were made and still count.
    public func standing(_ workflow: Workflow, of matter: CaseID) -> Set<String> {
        standing(workflow) { CaseRecord.seal($0, of: matter) }
    }

    private static func seal(_ content: [UInt8], of matter: CaseID) -> [UInt8] {
        Array(SHA256.hash(data: Array("charter.signature.1".utf8) + Array(matter.description.utf8) + content))
    }
}
