extension Charter {
    /// The fields that an event of that type carries, of all forms that can record it.
    public func fields(ofEvent type: String) -> [FormField] {
        if let fact = fact(type) { return fact.fields }
        var forms: [String] = []
        for workflow in workflows {
            if workflow.start.event == type { forms.append(workflow.start.form) }
            for state in workflow.states {
                forms += state.moves.compactMap { $0.event == type ? $0.form : nil }
            }
        }
        return forms.compactMap(form).flatMap(\.fields)
    }
}
