"""All of the report's own words, in one folder: another language is another such folder.

Templates name their figures; :func:`pipelines.report.figures.say` puts them in.
"""

# All names of all files, so that a new word is written down once.
from pipelines.report.catalogue.archive import *  # noqa: F403
from pipelines.report.catalogue.chances import *  # noqa: F403
from pipelines.report.catalogue.dates import *  # noqa: F403
from pipelines.report.catalogue.gates import *  # noqa: F403
from pipelines.report.catalogue.labels import *  # noqa: F403
from pipelines.report.catalogue.method import *  # noqa: F403
from pipelines.report.catalogue.pictures import *  # noqa: F403
from pipelines.report.catalogue.playbook import *  # noqa: F403
from pipelines.report.catalogue.sentences import *  # noqa: F403
