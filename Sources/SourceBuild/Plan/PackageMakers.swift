/// Which unit makes a package.
enum PackageMakers {
    /// Wants each package to be made by one unit only: apt would take any of several.
    ///
    /// - Parameter packages: The name of each package, and its unit.
    /// - Throws: `SourceBuildError.samePackage` with the first that is not.
    static func check(_ packages: [(name: String, unit: String)]) throws(SourceBuildError) {
        var makers: [String: String] = [:]
        for (name, unit) in packages {
            guard let other = makers.updateValue(unit, forKey: name), other != unit else {
                continue
            }
            throw .samePackage(package: name, units: [other, unit])
        }
    }
}
