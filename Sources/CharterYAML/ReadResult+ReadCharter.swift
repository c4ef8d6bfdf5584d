public import Policy

extension ReadResult {
    /// The same for those who do not know this language of files.
    public var readCharter: ReadCharter {
        ReadCharter(
            charter: charter,
            faults: faults.map { fault in
                ReadCharter.Fault(
                    line: fault.line, column: fault.column, key: fault.path, code: fault.code.rawValue,
                    isError: fault.severity == .error, message: Self.text(fault.sentence),
                    found: Self.text(fault.found.text), expected: Self.text(fault.expected.text),
                    nearest: fault.suggestion)
            })
    }

    private static func text(_ say: (Language) -> String) -> LocalizedText {
        LocalizedText(simplified: say(.simplified), traditional: say(.traditional), english: say(.english))
    }
}
