"""What people and importers do with cases and sections."""

from testmgmt.cases.services.bulk import (
    delete_cases,
    move_cases,
    restore_cases,
    tag_cases,
)
from testmgmt.cases.services.cases import (
    create_case,
    create_cases,
    delete_case,
    restore_version,
    say,
    touch,
    update_case,
)
from testmgmt.cases.services.imports import (
    import_case_changes,
    import_cases,
    import_section_changes,
    import_sections,
)
from testmgmt.cases.services.sections import (
    create_section,
    delete_section,
    dissolve_section,
    move_section,
    update_section,
)

__all__ = [
    "create_case",
    "create_cases",
    "create_section",
    "delete_case",
    "delete_cases",
    "delete_section",
    "dissolve_section",
    "import_case_changes",
    "import_cases",
    "import_section_changes",
    "import_sections",
    "move_cases",
    "move_section",
    "restore_cases",
    "restore_version",
    "say",
    "tag_cases",
    "touch",
    "update_case",
    "update_section",
]
