from octopus.domain.errors import (
    AccessRefused as AccessRefused,
)
from octopus.domain.errors import (
    Conflict as Conflict,
)
from octopus.domain.errors import (
    DiskNearlyFull as DiskNearlyFull,
)
from octopus.domain.errors import (
    DocumentTooNew as DocumentTooNew,
)
from octopus.domain.errors import (
    InvalidDocument as InvalidDocument,
)
from octopus.domain.errors import (
    InvalidProject as InvalidProject,
)
from octopus.domain.errors import (
    InvalidRequest as InvalidRequest,
)
from octopus.domain.errors import (
    NotFound as NotFound,
)
from octopus.domain.errors import (
    OctopusError as OctopusError,
)
from octopus.domain.errors import (
    PayloadTooLarge as PayloadTooLarge,
)
from octopus.domain.errors import (
    PipelineHasProblems as PipelineHasProblems,
)
from octopus.domain.errors import (
    QueueFull as QueueFull,
)
from octopus.domain.errors import (
    RunNotSuccessful as RunNotSuccessful,
)
from octopus.domain.errors import (
    ServerUnreachable as ServerUnreachable,
)
from octopus.domain.errors import (
    StaleVersion as StaleVersion,
)
from octopus.domain.errors import (
    StorageUnavailable as StorageUnavailable,
)
from octopus.domain.errors import (
    TrackingUnavailable as TrackingUnavailable,
)
from octopus.domain.errors import (
    UnknownName as UnknownName,
)
from octopus.domain.errors import (
    VersionRequired as VersionRequired,
)
from octopus.domain.pipeline import (
    Policy as Policy,
)
from octopus.domain.pipeline import (
    Resources as Resources,
)
from octopus.sdk.client import (
    AsyncClient as AsyncClient,
)
from octopus.sdk.client import (
    Client as Client,
)
from octopus.sdk.document_file import (
    NoPipeline as NoPipeline,
)
from octopus.sdk.pipeline import (
    Pipeline as Pipeline,
)
from octopus.sdk.run import (
    AsyncRun as AsyncRun,
)
from octopus.sdk.run import (
    Run as Run,
)
from octopus.sdk.step import (
    Port as Port,
)
from octopus.sdk.step import (
    StepHandle as StepHandle,
)

__version__: str
