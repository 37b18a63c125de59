// Where a site's files lie: beside the loader, under names that change with their content.

export const apart = (name, kind) => `./visavis-${VISAVIS_FILES[name]}.${kind}`;
