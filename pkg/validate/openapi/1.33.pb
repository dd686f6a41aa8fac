
2.0

Kubernetesv1.33.13J˛≈
˜
io.k8s.api.batch.v1.CronJob◊≤
object Û


apiVersion≤
string

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
7
spec/
-#/definitions/io.k8s.api.batch.v1.CronJobSpec
;
status1
/#/definitions/io.k8s.api.batch.v1.CronJobStatus˙R
x-kubernetes-group-version-kind/-- group: batch
  kind: CronJob
  version: v1

è
io.k8s.api.batch.v1.CronJobSpecÎöjobTemplateöschedule≤
object √
 
concurrencyPolicy≤
string
-
failedJobsHistoryLimitint32≤	
integer
B
jobTemplate3
1#/definitions/io.k8s.api.batch.v1.JobTemplateSpec

schedule≤
string
.
startingDeadlineSecondsint64≤	
integer
1
successfulJobsHistoryLimitint32≤	
integer

suspend≤	
boolean

timeZone≤
string
¢
!io.k8s.api.batch.v1.CronJobStatus¸≤
object Ì
K
activeA≤
array∫4
2
0#/definitions/io.k8s.api.core.v1.ObjectReference
M
lastScheduleTime9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time
O
lastSuccessfulTime9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time
Á
io.k8s.api.batch.v1.JobÀ≤
object Î


apiVersion≤
string

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
3
spec+
)#/definitions/io.k8s.api.batch.v1.JobSpec
7
status-
+#/definitions/io.k8s.api.batch.v1.JobStatus˙N
x-kubernetes-group-version-kind+)- group: batch
  kind: Job
  version: v1

º
 io.k8s.api.batch.v1.JobConditionóöstatusötype≤
object ¯
J
lastProbeTime9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time
O
lastTransitionTime9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time

message≤
string

reason≤
string

status≤
string

type≤
string
ê
io.k8s.api.batch.v1.JobSpecötemplate≤
object ÷
,
activeDeadlineSecondsint64≤	
integer
#
backoffLimitint32≤	
integer
+
backoffLimitPerIndexint32≤	
integer

completionMode≤
string
"
completionsint32≤	
integer

	managedBy≤
string

manualSelector≤	
boolean
'
maxFailedIndexesint32≤	
integer
"
parallelismint32≤	
integer
H
podFailurePolicy4
2#/definitions/io.k8s.api.batch.v1.PodFailurePolicy
#
podReplacementPolicy≤
string
N
selectorB
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector
B
successPolicy1
/#/definitions/io.k8s.api.batch.v1.SuccessPolicy

suspend≤	
boolean
>
template2
0#/definitions/io.k8s.api.core.v1.PodTemplateSpec
.
ttlSecondsAfterFinishedint32≤	
integer
Œ
io.k8s.api.batch.v1.JobStatus¨≤
object ù

activeint32≤	
integer

completedIndexes≤
string
K
completionTime9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time
M

conditions?≤
array∫2
0
.#/definitions/io.k8s.api.batch.v1.JobCondition

failedint32≤	
integer

failedIndexes≤
string

readyint32≤	
integer
F
	startTime9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time
 
	succeededint32≤	
integer
"
terminatingint32≤	
integer
V
uncountedTerminatedPods;
9#/definitions/io.k8s.api.batch.v1.UncountedTerminatedPods
π
#io.k8s.api.batch.v1.JobTemplateSpecë≤
object Ç
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
3
spec+
)#/definitions/io.k8s.api.batch.v1.JobSpec
ê
$io.k8s.api.batch.v1.PodFailurePolicyhörules≤
object R
P
rulesG≤
array∫:
8
6#/definitions/io.k8s.api.batch.v1.PodFailurePolicyRule
∆
:io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirementáöoperatorövalues≤
object e

containerName≤
string

operator≤
string
,
values"≤
array∫
int32≤	
integer
à
:io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPatternJöstatusötype≤
object ,

status≤
string

type≤
string
•
(io.k8s.api.batch.v1.PodFailurePolicyRule¯öaction≤
object ‡

action≤
string
Y
onExitCodesJ
H#/definitions/io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement
l
onPodConditionsY≤
array∫L
J
H#/definitions/io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern
ä
!io.k8s.api.batch.v1.SuccessPolicyeörules≤
object O
M
rulesD≤
array∫7
5
3#/definitions/io.k8s.api.batch.v1.SuccessPolicyRule

%io.k8s.api.batch.v1.SuccessPolicyRuleV≤
object H
%
succeededCountint32≤	
integer

succeededIndexes≤
string
å
+io.k8s.api.batch.v1.UncountedTerminatedPods]≤
object O
$
failed≤
array∫
≤
string
'
	succeeded≤
array∫
≤
string
Ω
3io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSourceÖövolumeID≤
object l

fsType≤
string
 
	partitionint32≤	
integer

readOnly≤	
boolean

volumeID≤
string
ˆ
io.k8s.api.core.v1.Affinity÷≤
object «
?
nodeAffinity/
-#/definitions/io.k8s.api.core.v1.NodeAffinity
=
podAffinity.
,#/definitions/io.k8s.api.core.v1.PodAffinity
E
podAntiAffinity2
0#/definitions/io.k8s.api.core.v1.PodAntiAffinity
q
"io.k8s.api.core.v1.AppArmorProfileKötype≤
object 6

localhostProfile≤
string

type≤
string
‰
(io.k8s.api.core.v1.AzureDiskVolumeSource∑ödiskNameödiskURI≤
object ì

cachingMode≤
string

diskName≤
string

diskURI≤
string

fsType≤
string

kind≤
string

readOnly≤	
boolean
¢
(io.k8s.api.core.v1.AzureFileVolumeSourcevö
secretNameö	shareName≤
object O

readOnly≤	
boolean


secretName≤
string

	shareName≤
string
â
"io.k8s.api.core.v1.CSIVolumeSource‚ödriver≤
object  

driver≤
string

fsType≤
string
O
nodePublishSecretRef7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference

readOnly≤	
boolean
/
volumeAttributes™
≤
string≤
object
x
io.k8s.api.core.v1.CapabilitiesU≤
object G
!
add≤
array∫
≤
string
"
drop≤
array∫
≤
string
ë
%io.k8s.api.core.v1.CephFSVolumeSourceÁömonitors≤
object Õ
&
monitors≤
array∫
≤
string

path≤
string

readOnly≤	
boolean


secretFile≤
string
D
	secretRef7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference

user≤
string
‘
%io.k8s.api.core.v1.CinderVolumeSource™övolumeID≤
object ê

fsType≤
string

readOnly≤	
boolean
D
	secretRef7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference

volumeID≤
string
˛
/io.k8s.api.core.v1.ClusterTrustBundleProjection öpath≤
object ¥
S
labelSelectorB
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector

name≤
string

optional≤	
boolean

path≤
string


signerName≤
string
Ú
io.k8s.api.core.v1.ConfigMap—≤
object Ó


apiVersion≤
string
/

binaryData!™
byte≤
string≤
object
#
data™
≤
string≤
object

	immutable≤	
boolean

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta˙Q
x-kubernetes-group-version-kind.,- group: ""
  kind: ConfigMap
  version: v1

f
%io.k8s.api.core.v1.ConfigMapEnvSource=≤
object /

name≤
string

optional≤	
boolean
Ç
'io.k8s.api.core.v1.ConfigMapKeySelectorWökey≤
object C

key≤
string

name≤
string

optional≤	
boolean
Æ
&io.k8s.api.core.v1.ConfigMapProjectionÉ≤
object u
D
items;≤
array∫.
,
*#/definitions/io.k8s.api.core.v1.KeyToPath

name≤
string

optional≤	
boolean
’
(io.k8s.api.core.v1.ConfigMapVolumeSource®≤
object ô
"
defaultModeint32≤	
integer
D
items;≤
array∫.
,
*#/definitions/io.k8s.api.core.v1.KeyToPath

name≤
string

optional≤	
boolean
Ê	
io.k8s.api.core.v1.Container≈	öname≤
object Ø	
"
args≤
array∫
≤
string
%
command≤
array∫
≤
string
?
env8≤
array∫+
)
'#/definitions/io.k8s.api.core.v1.EnvVar
J
envFrom?≤
array∫2
0
.#/definitions/io.k8s.api.core.v1.EnvFromSource

image≤
string

imagePullPolicy≤
string
9
	lifecycle,
*#/definitions/io.k8s.api.core.v1.Lifecycle
9
livenessProbe(
&#/definitions/io.k8s.api.core.v1.Probe

name≤
string
H
ports?≤
array∫2
0
.#/definitions/io.k8s.api.core.v1.ContainerPort
:
readinessProbe(
&#/definitions/io.k8s.api.core.v1.Probe
W
resizePolicyG≤
array∫:
8
6#/definitions/io.k8s.api.core.v1.ContainerResizePolicy
D
	resources7
5#/definitions/io.k8s.api.core.v1.ResourceRequirements

restartPolicy≤
string
E
securityContext2
0#/definitions/io.k8s.api.core.v1.SecurityContext
8
startupProbe(
&#/definitions/io.k8s.api.core.v1.Probe

stdin≤	
boolean

	stdinOnce≤	
boolean
%
terminationMessagePath≤
string
'
terminationMessagePolicy≤
string

tty≤	
boolean
O
volumeDevices>≤
array∫1
/
-#/definitions/io.k8s.api.core.v1.VolumeDevice
M
volumeMounts=≤
array∫0
.
,#/definitions/io.k8s.api.core.v1.VolumeMount


workingDir≤
string
–
 io.k8s.api.core.v1.ContainerPort´öcontainerPort≤
object å
$
containerPortint32≤	
integer

hostIP≤
string

hostPortint32≤	
integer

name≤
string

protocol≤
string
î
(io.k8s.api.core.v1.ContainerResizePolicyhöresourceNameörestartPolicy≤
object ;

resourceName≤
string

restartPolicy≤
string
å
(io.k8s.api.core.v1.DownwardAPIProjection`≤
object R
P
itemsG≤
array∫:
8
6#/definitions/io.k8s.api.core.v1.DownwardAPIVolumeFile
á
(io.k8s.api.core.v1.DownwardAPIVolumeFile⁄öpath≤
object ƒ
B
fieldRef6
4#/definitions/io.k8s.api.core.v1.ObjectFieldSelector

modeint32≤	
integer

path≤
string
L
resourceFieldRef8
6#/definitions/io.k8s.api.core.v1.ResourceFieldSelector
≥
*io.k8s.api.core.v1.DownwardAPIVolumeSourceÑ≤
object v
"
defaultModeint32≤	
integer
P
itemsG≤
array∫:
8
6#/definitions/io.k8s.api.core.v1.DownwardAPIVolumeFile
ú
'io.k8s.api.core.v1.EmptyDirVolumeSourceq≤
object c

medium≤
string
J
	sizeLimit=
;#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity
”
 io.k8s.api.core.v1.EnvFromSourceÆ≤
object ü
E
configMapRef5
3#/definitions/io.k8s.api.core.v1.ConfigMapEnvSource

prefix≤
string
?
	secretRef2
0#/definitions/io.k8s.api.core.v1.SecretEnvSource
õ
io.k8s.api.core.v1.EnvVar~öname≤
object i

name≤
string

value≤
string
<
	valueFrom/
-#/definitions/io.k8s.api.core.v1.EnvVarSource
◊
io.k8s.api.core.v1.EnvVarSource≥≤
object §
J
configMapKeyRef7
5#/definitions/io.k8s.api.core.v1.ConfigMapKeySelector
B
fieldRef6
4#/definitions/io.k8s.api.core.v1.ObjectFieldSelector
L
resourceFieldRef8
6#/definitions/io.k8s.api.core.v1.ResourceFieldSelector
D
secretKeyRef4
2#/definitions/io.k8s.api.core.v1.SecretKeySelector
ì

%io.k8s.api.core.v1.EphemeralContainerÈ	öname≤
object ”	
"
args≤
array∫
≤
string
%
command≤
array∫
≤
string
?
env8≤
array∫+
)
'#/definitions/io.k8s.api.core.v1.EnvVar
J
envFrom?≤
array∫2
0
.#/definitions/io.k8s.api.core.v1.EnvFromSource

image≤
string

imagePullPolicy≤
string
9
	lifecycle,
*#/definitions/io.k8s.api.core.v1.Lifecycle
9
livenessProbe(
&#/definitions/io.k8s.api.core.v1.Probe

name≤
string
H
ports?≤
array∫2
0
.#/definitions/io.k8s.api.core.v1.ContainerPort
:
readinessProbe(
&#/definitions/io.k8s.api.core.v1.Probe
W
resizePolicyG≤
array∫:
8
6#/definitions/io.k8s.api.core.v1.ContainerResizePolicy
D
	resources7
5#/definitions/io.k8s.api.core.v1.ResourceRequirements

restartPolicy≤
string
E
securityContext2
0#/definitions/io.k8s.api.core.v1.SecurityContext
8
startupProbe(
&#/definitions/io.k8s.api.core.v1.Probe

stdin≤	
boolean

	stdinOnce≤	
boolean
"
targetContainerName≤
string
%
terminationMessagePath≤
string
'
terminationMessagePolicy≤
string

tty≤	
boolean
O
volumeDevices>≤
array∫1
/
-#/definitions/io.k8s.api.core.v1.VolumeDevice
M
volumeMounts=≤
array∫0
.
,#/definitions/io.k8s.api.core.v1.VolumeMount


workingDir≤
string
ì
(io.k8s.api.core.v1.EphemeralVolumeSourceg≤
object Y
W
volumeClaimTemplate@
>#/definitions/io.k8s.api.core.v1.PersistentVolumeClaimTemplate
V
io.k8s.api.core.v1.ExecAction5≤
object '
%
command≤
array∫
≤
string
—
!io.k8s.api.core.v1.FCVolumeSource´≤
object ú

fsType≤
string

lunint32≤	
integer

readOnly≤	
boolean
(

targetWWNs≤
array∫
≤
string
#
wwids≤
array∫
≤
string
ˆ
#io.k8s.api.core.v1.FlexVolumeSourceŒödriver≤
object ∂

driver≤
string

fsType≤
string
&
options™
≤
string≤
object

readOnly≤	
boolean
D
	secretRef7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference
p
&io.k8s.api.core.v1.FlockerVolumeSourceF≤
object 8

datasetName≤
string

datasetUUID≤
string
∂
0io.k8s.api.core.v1.GCEPersistentDiskVolumeSourceÅöpdName≤
object j

fsType≤
string
 
	partitionint32≤	
integer

pdName≤
string

readOnly≤	
boolean
k
io.k8s.api.core.v1.GRPCActionJöport≤
object 5

portint32≤	
integer

service≤
string
ì
&io.k8s.api.core.v1.GitRepoVolumeSourceiö
repository≤
object N

	directory≤
string


repository≤
string

revision≤
string
ñ
(io.k8s.api.core.v1.GlusterfsVolumeSourcejö	endpointsöpath≤
object I

	endpoints≤
string

path≤
string

readOnly≤	
boolean
í
 io.k8s.api.core.v1.HTTPGetActionÌöport≤
object ◊

host≤
string
K
httpHeaders<≤
array∫/
-
+#/definitions/io.k8s.api.core.v1.HTTPHeader

path≤
string
G
port?
=#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString

scheme≤
string
i
io.k8s.api.core.v1.HTTPHeaderHönameövalue≤
object +

name≤
string

value≤
string
o
io.k8s.api.core.v1.HostAliasOöip≤
object <
'
	hostnames≤
array∫
≤
string

ip≤
string
j
'io.k8s.api.core.v1.HostPathVolumeSource?öpath≤
object *

path≤
string

type≤
string
ø
$io.k8s.api.core.v1.ISCSIVolumeSourceñöiqnölunötargetPortal≤
object Ï
!
chapAuthDiscovery≤	
boolean

chapAuthSession≤	
boolean

fsType≤
string

initiatorName≤
string

iqn≤
string

iscsiInterface≤
string

lunint32≤	
integer
%
portals≤
array∫
≤
string

readOnly≤	
boolean
D
	secretRef7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference

targetPortal≤
string
k
$io.k8s.api.core.v1.ImageVolumeSourceC≤
object 5


pullPolicy≤
string

	reference≤
string
Å
io.k8s.api.core.v1.KeyToPathaökeyöpath≤
object F

key≤
string

modeint32≤	
integer

path≤
string
Õ
io.k8s.api.core.v1.Lifecycle¨≤
object ù
@
	postStart3
1#/definitions/io.k8s.api.core.v1.LifecycleHandler
>
preStop3
1#/definitions/io.k8s.api.core.v1.LifecycleHandler


stopSignal≤
string
•
#io.k8s.api.core.v1.LifecycleHandler˝≤
object Ó
5
exec-
+#/definitions/io.k8s.api.core.v1.ExecAction
;
httpGet0
.#/definitions/io.k8s.api.core.v1.HTTPGetAction
7
sleep.
,#/definitions/io.k8s.api.core.v1.SleepAction
?
	tcpSocket2
0#/definitions/io.k8s.api.core.v1.TCPSocketAction
N
'io.k8s.api.core.v1.LocalObjectReference#≤
object 

name≤
string
á
%io.k8s.api.core.v1.ModifyVolumeStatus^östatus≤
object G

status≤
string
.
targetVolumeAttributesClassName≤
string
ä
"io.k8s.api.core.v1.NFSVolumeSourcedöpathöserver≤
object F

path≤
string

readOnly≤	
boolean

server≤
string
˘
io.k8s.api.core.v1.Namespaceÿ≤
object ı


apiVersion≤
string

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
8
spec0
.#/definitions/io.k8s.api.core.v1.NamespaceSpec
<
status2
0#/definitions/io.k8s.api.core.v1.NamespaceStatus˙Q
x-kubernetes-group-version-kind.,- group: ""
  kind: Namespace
  version: v1

ı
%io.k8s.api.core.v1.NamespaceConditionÀöstatusötype≤
object ¨
O
lastTransitionTime9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time

message≤
string

reason≤
string

status≤
string

type≤
string
\
 io.k8s.api.core.v1.NamespaceSpec8≤
object *
(

finalizers≤
array∫
≤
string
û
"io.k8s.api.core.v1.NamespaceStatusx≤
object j
R

conditionsD≤
array∫7
5
3#/definitions/io.k8s.api.core.v1.NamespaceCondition

phase≤
string
î
io.k8s.api.core.v1.NodeAffinity≤
object ·
|
/preferredDuringSchedulingIgnoredDuringExecutionI≤
array∫<
:
8#/definitions/io.k8s.api.core.v1.PreferredSchedulingTerm
a
.requiredDuringSchedulingIgnoredDuringExecution/
-#/definitions/io.k8s.api.core.v1.NodeSelector
û
io.k8s.api.core.v1.NodeSelector{önodeSelectorTerms≤
object Y
W
nodeSelectorTermsB≤
array∫5
3
1#/definitions/io.k8s.api.core.v1.NodeSelectorTerm
†
*io.k8s.api.core.v1.NodeSelectorRequirementrökeyöoperator≤
object S

key≤
string

operator≤
string
$
values≤
array∫
≤
string

#io.k8s.api.core.v1.NodeSelectorTerm»≤
object π
]
matchExpressionsI≤
array∫<
:
8#/definitions/io.k8s.api.core.v1.NodeSelectorRequirement
X
matchFieldsI≤
array∫<
:
8#/definitions/io.k8s.api.core.v1.NodeSelectorRequirement
y
&io.k8s.api.core.v1.ObjectFieldSelectorOö	fieldPath≤
object 5


apiVersion≤
string

	fieldPath≤
string
„
"io.k8s.api.core.v1.ObjectReferenceº≤
object ≠


apiVersion≤
string

	fieldPath≤
string

kind≤
string

name≤
string

	namespace≤
string

resourceVersion≤
string

uid≤
string
©
(io.k8s.api.core.v1.PersistentVolumeClaim¸≤
object ç


apiVersion≤
string

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
D
spec<
:#/definitions/io.k8s.api.core.v1.PersistentVolumeClaimSpec
H
status>
<#/definitions/io.k8s.api.core.v1.PersistentVolumeClaimStatus˙]
x-kubernetes-group-version-kind:8- group: ""
  kind: PersistentVolumeClaim
  version: v1

Õ
1io.k8s.api.core.v1.PersistentVolumeClaimConditionóöstatusötype≤
object ¯
J
lastProbeTime9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time
O
lastTransitionTime9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time

message≤
string

reason≤
string

status≤
string

type≤
string
û
,io.k8s.api.core.v1.PersistentVolumeClaimSpecÌ≤
object ﬁ
)
accessModes≤
array∫
≤
string
J

dataSource<
:#/definitions/io.k8s.api.core.v1.TypedLocalObjectReference
H
dataSourceRef7
5#/definitions/io.k8s.api.core.v1.TypedObjectReference
J
	resources=
;#/definitions/io.k8s.api.core.v1.VolumeResourceRequirements
N
selectorB
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector

storageClassName≤
string
(
volumeAttributesClassName≤
string


volumeMode≤
string


volumeName≤
string
€
.io.k8s.api.core.v1.PersistentVolumeClaimStatus®≤
object ô
)
accessModes≤
array∫
≤
string
8
allocatedResourceStatuses™
≤
string≤
object
c
allocatedResourcesM™?
=
;#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity≤
object
Y
capacityM™?
=
;#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity≤
object
^

conditionsP≤
array∫C
A
?#/definitions/io.k8s.api.core.v1.PersistentVolumeClaimCondition
/
 currentVolumeAttributesClassName≤
string
K
modifyVolumeStatus5
3#/definitions/io.k8s.api.core.v1.ModifyVolumeStatus

phase≤
string
ﬁ
0io.k8s.api.core.v1.PersistentVolumeClaimTemplate©öspec≤
object ì
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
D
spec<
:#/definitions/io.k8s.api.core.v1.PersistentVolumeClaimSpec
Ü
4io.k8s.api.core.v1.PersistentVolumeClaimVolumeSourceNö	claimName≤
object 4

	claimName≤
string

readOnly≤	
boolean
x
3io.k8s.api.core.v1.PhotonPersistentDiskVolumeSourceAöpdID≤
object ,

fsType≤
string

pdID≤
string
•
io.k8s.api.core.v1.PodAffinityÇ≤
object Û
|
/preferredDuringSchedulingIgnoredDuringExecutionI≤
array∫<
:
8#/definitions/io.k8s.api.core.v1.WeightedPodAffinityTerm
s
.requiredDuringSchedulingIgnoredDuringExecutionA≤
array∫4
2
0#/definitions/io.k8s.api.core.v1.PodAffinityTerm
ó
"io.k8s.api.core.v1.PodAffinityTermötopologyKey≤
object ”
S
labelSelectorB
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector
,
matchLabelKeys≤
array∫
≤
string
/
mismatchLabelKeys≤
array∫
≤
string
W
namespaceSelectorB
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector
(

namespaces≤
array∫
≤
string

topologyKey≤
string
©
"io.k8s.api.core.v1.PodAntiAffinityÇ≤
object Û
|
/preferredDuringSchedulingIgnoredDuringExecutionI≤
array∫<
:
8#/definitions/io.k8s.api.core.v1.WeightedPodAffinityTerm
s
.requiredDuringSchedulingIgnoredDuringExecutionA≤
array∫4
2
0#/definitions/io.k8s.api.core.v1.PodAffinityTerm
◊
io.k8s.api.core.v1.PodDNSConfig≥≤
object §
)
nameservers≤
array∫
≤
string
O
optionsD≤
array∫7
5
3#/definitions/io.k8s.api.core.v1.PodDNSConfigOption
&
searches≤
array∫
≤
string
b
%io.k8s.api.core.v1.PodDNSConfigOption9≤
object +

name≤
string

value≤
string
F
io.k8s.api.core.v1.PodOS*öname≤
object 

name≤
string
c
#io.k8s.api.core.v1.PodReadinessGate<öconditionType≤
object 

conditionType≤
string
ù
#io.k8s.api.core.v1.PodResourceClaimvöname≤
object a

name≤
string
 
resourceClaimName≤
string
(
resourceClaimTemplateName≤
string
R
$io.k8s.api.core.v1.PodSchedulingGate*öname≤
object 

name≤
string
—
%io.k8s.api.core.v1.PodSecurityContextß≤
object ò
E
appArmorProfile2
0#/definitions/io.k8s.api.core.v1.AppArmorProfile

fsGroupint64≤	
integer
"
fsGroupChangePolicy≤
string
!

runAsGroupint64≤	
integer

runAsNonRoot≤	
boolean
 
	runAsUserint64≤	
integer
"
seLinuxChangePolicy≤
string
C
seLinuxOptions1
/#/definitions/io.k8s.api.core.v1.SELinuxOptions
C
seccompProfile1
/#/definitions/io.k8s.api.core.v1.SeccompProfile
8
supplementalGroups"≤
array∫
int64≤	
integer
'
supplementalGroupsPolicy≤
string
C
sysctls8≤
array∫+
)
'#/definitions/io.k8s.api.core.v1.Sysctl
R
windowsOptions@
>#/definitions/io.k8s.api.core.v1.WindowsSecurityContextOptions
Î
io.k8s.api.core.v1.PodSpecÃö
containers≤
object ∞
,
activeDeadlineSecondsint64≤	
integer
7
affinity+
)#/definitions/io.k8s.api.core.v1.Affinity
,
automountServiceAccountToken≤	
boolean
I

containers;≤
array∫.
,
*#/definitions/io.k8s.api.core.v1.Container
<
	dnsConfig/
-#/definitions/io.k8s.api.core.v1.PodDNSConfig

	dnsPolicy≤
string
"
enableServiceLinks≤	
boolean
[
ephemeralContainersD≤
array∫7
5
3#/definitions/io.k8s.api.core.v1.EphemeralContainer
J
hostAliases;≤
array∫.
,
*#/definitions/io.k8s.api.core.v1.HostAlias

hostIPC≤	
boolean

hostNetwork≤	
boolean

hostPID≤	
boolean

	hostUsers≤	
boolean

hostname≤
string
Z
imagePullSecretsF≤
array∫9
7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference
M
initContainers;≤
array∫.
,
*#/definitions/io.k8s.api.core.v1.Container

nodeName≤
string
+
nodeSelector™
≤
string≤
object
.
os(
&#/definitions/io.k8s.api.core.v1.PodOS
Y
overheadM™?
=
;#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity≤
object

preemptionPolicy≤
string

priorityint32≤	
integer
 
priorityClassName≤
string
T
readinessGatesB≤
array∫5
3
1#/definitions/io.k8s.api.core.v1.PodReadinessGate
T
resourceClaimsB≤
array∫5
3
1#/definitions/io.k8s.api.core.v1.PodResourceClaim
D
	resources7
5#/definitions/io.k8s.api.core.v1.ResourceRequirements

restartPolicy≤
string

runtimeClassName≤
string

schedulerName≤
string
V
schedulingGatesC≤
array∫6
4
2#/definitions/io.k8s.api.core.v1.PodSchedulingGate
H
securityContext5
3#/definitions/io.k8s.api.core.v1.PodSecurityContext

serviceAccount≤
string
!
serviceAccountName≤
string
!
setHostnameAsFQDN≤	
boolean
%
shareProcessNamespace≤	
boolean

	subdomain≤
string
4
terminationGracePeriodSecondsint64≤	
integer
K
tolerations<≤
array∫/
-
+#/definitions/io.k8s.api.core.v1.Toleration
g
topologySpreadConstraintsJ≤
array∫=
;
9#/definitions/io.k8s.api.core.v1.TopologySpreadConstraint
C
volumes8≤
array∫+
)
'#/definitions/io.k8s.api.core.v1.Volume
∑
"io.k8s.api.core.v1.PodTemplateSpecê≤
object Å
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
2
spec*
(#/definitions/io.k8s.api.core.v1.PodSpec
é
'io.k8s.api.core.v1.PortworxVolumeSourcecövolumeID≤
object J

fsType≤
string

readOnly≤	
boolean

volumeID≤
string
µ
*io.k8s.api.core.v1.PreferredSchedulingTermÜö
preferenceöweight≤
object b
A

preference3
1#/definitions/io.k8s.api.core.v1.NodeSelectorTerm

weightint32≤	
integer
ô
io.k8s.api.core.v1.Probe¸≤
object Ì
5
exec-
+#/definitions/io.k8s.api.core.v1.ExecAction
'
failureThresholdint32≤	
integer
5
grpc-
+#/definitions/io.k8s.api.core.v1.GRPCAction
;
httpGet0
.#/definitions/io.k8s.api.core.v1.HTTPGetAction
*
initialDelaySecondsint32≤	
integer
$
periodSecondsint32≤	
integer
'
successThresholdint32≤	
integer
?
	tcpSocket2
0#/definitions/io.k8s.api.core.v1.TCPSocketAction
4
terminationGracePeriodSecondsint64≤	
integer
%
timeoutSecondsint32≤	
integer
Æ
(io.k8s.api.core.v1.ProjectedVolumeSourceÅ≤
object s
"
defaultModeint32≤	
integer
M
sourcesB≤
array∫5
3
1#/definitions/io.k8s.api.core.v1.VolumeProjection
⁄
&io.k8s.api.core.v1.QuobyteVolumeSourceØöregistryövolume≤
object å

group≤
string

readOnly≤	
boolean

registry≤
string

tenant≤
string

user≤
string

volume≤
string
¿
"io.k8s.api.core.v1.RBDVolumeSourceôöimageömonitors≤
object ˜

fsType≤
string

image≤
string

keyring≤
string
&
monitors≤
array∫
≤
string

pool≤
string

readOnly≤	
boolean
D
	secretRef7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference

user≤
string
f
 io.k8s.api.core.v1.ResourceClaimBöname≤
object -

name≤
string

request≤
string
»
(io.k8s.api.core.v1.ResourceFieldSelectorõöresource≤
object Å

containerName≤
string
H
divisor=
;#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity

resource≤
string
∫
'io.k8s.api.core.v1.ResourceRequirementsé≤
object ˇ
I
claims?≤
array∫2
0
.#/definitions/io.k8s.api.core.v1.ResourceClaim
W
limitsM™?
=
;#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity≤
object
Y
requestsM™?
=
;#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity≤
object
à
!io.k8s.api.core.v1.SELinuxOptionsc≤
object U

level≤
string

role≤
string

type≤
string

user≤
string
è
&io.k8s.api.core.v1.ScaleIOVolumeSource‰ögatewayö	secretRefösystem≤
object ∂

fsType≤
string

gateway≤
string

protectionDomain≤
string

readOnly≤	
boolean
D
	secretRef7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference


sslEnabled≤	
boolean

storageMode≤
string

storagePool≤
string

system≤
string


volumeName≤
string
p
!io.k8s.api.core.v1.SeccompProfileKötype≤
object 6

localhostProfile≤
string

type≤
string
Å
io.k8s.api.core.v1.Secret„≤
object É


apiVersion≤
string
)
data!™
byte≤
string≤
object

	immutable≤	
boolean

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
)

stringData™
≤
string≤
object

type≤
string˙N
x-kubernetes-group-version-kind+)- group: ""
  kind: Secret
  version: v1

c
"io.k8s.api.core.v1.SecretEnvSource=≤
object /

name≤
string

optional≤	
boolean

$io.k8s.api.core.v1.SecretKeySelectorWökey≤
object C

key≤
string

name≤
string

optional≤	
boolean
´
#io.k8s.api.core.v1.SecretProjectionÉ≤
object u
D
items;≤
array∫.
,
*#/definitions/io.k8s.api.core.v1.KeyToPath

name≤
string

optional≤	
boolean
ÿ
%io.k8s.api.core.v1.SecretVolumeSourceÆ≤
object ü
"
defaultModeint32≤	
integer
D
items;≤
array∫.
,
*#/definitions/io.k8s.api.core.v1.KeyToPath

optional≤	
boolean


secretName≤
string
á
"io.k8s.api.core.v1.SecurityContext‡≤
object —
(
allowPrivilegeEscalation≤	
boolean
E
appArmorProfile2
0#/definitions/io.k8s.api.core.v1.AppArmorProfile
?
capabilities/
-#/definitions/io.k8s.api.core.v1.Capabilities


privileged≤	
boolean

	procMount≤
string
&
readOnlyRootFilesystem≤	
boolean
!

runAsGroupint64≤	
integer

runAsNonRoot≤	
boolean
 
	runAsUserint64≤	
integer
C
seLinuxOptions1
/#/definitions/io.k8s.api.core.v1.SELinuxOptions
C
seccompProfile1
/#/definitions/io.k8s.api.core.v1.SeccompProfile
R
windowsOptions@
>#/definitions/io.k8s.api.core.v1.WindowsSecurityContextOptions
„
!io.k8s.api.core.v1.ServiceAccountΩ≤
object ’


apiVersion≤
string
,
automountServiceAccountToken≤	
boolean
Z
imagePullSecretsF≤
array∫9
7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
L
secretsA≤
array∫4
2
0#/definitions/io.k8s.api.core.v1.ObjectReference˙V
x-kubernetes-group-version-kind31- group: ""
  kind: ServiceAccount
  version: v1

°
0io.k8s.api.core.v1.ServiceAccountTokenProjectionmöpath≤
object X

audience≤
string
(
expirationSecondsint64≤	
integer

path≤
string
Z
io.k8s.api.core.v1.SleepAction8öseconds≤
object  

secondsint64≤	
integer
Ó
(io.k8s.api.core.v1.StorageOSVolumeSource¡≤
object ≤

fsType≤
string

readOnly≤	
boolean
D
	secretRef7
5#/definitions/io.k8s.api.core.v1.LocalObjectReference


volumeName≤
string

volumeNamespace≤
string
e
io.k8s.api.core.v1.SysctlHönameövalue≤
object +

name≤
string

value≤
string
ô
"io.k8s.api.core.v1.TCPSocketActionsöport≤
object ^

host≤
string
G
port?
=#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString
µ
io.k8s.api.core.v1.Tolerationì≤
object Ñ

effect≤
string

key≤
string

operator≤
string
(
tolerationSecondsint64≤	
integer

value≤
string
≥
+io.k8s.api.core.v1.TopologySpreadConstraintÉömaxSkewötopologyKeyöwhenUnsatisfiable≤
object »
S
labelSelectorB
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector
,
matchLabelKeys≤
array∫
≤
string

maxSkewint32≤	
integer
!

minDomainsint32≤	
integer
!
nodeAffinityPolicy≤
string

nodeTaintsPolicy≤
string

topologyKey≤
string
 
whenUnsatisfiable≤
string
è
,io.k8s.api.core.v1.TypedLocalObjectReference_ökindöname≤
object C

apiGroup≤
string

kind≤
string

name≤
string
§
'io.k8s.api.core.v1.TypedObjectReferenceyökindöname≤
object ]

apiGroup≤
string

kind≤
string

name≤
string

	namespace≤
string
ò
io.k8s.api.core.v1.Volume˙öname≤
object ‰
[
awsElasticBlockStoreC
A#/definitions/io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource
E
	azureDisk8
6#/definitions/io.k8s.api.core.v1.AzureDiskVolumeSource
E
	azureFile8
6#/definitions/io.k8s.api.core.v1.AzureFileVolumeSource
?
cephfs5
3#/definitions/io.k8s.api.core.v1.CephFSVolumeSource
?
cinder5
3#/definitions/io.k8s.api.core.v1.CinderVolumeSource
E
	configMap8
6#/definitions/io.k8s.api.core.v1.ConfigMapVolumeSource
9
csi2
0#/definitions/io.k8s.api.core.v1.CSIVolumeSource
I
downwardAPI:
8#/definitions/io.k8s.api.core.v1.DownwardAPIVolumeSource
C
emptyDir7
5#/definitions/io.k8s.api.core.v1.EmptyDirVolumeSource
E
	ephemeral8
6#/definitions/io.k8s.api.core.v1.EphemeralVolumeSource
7
fc1
/#/definitions/io.k8s.api.core.v1.FCVolumeSource
A

flexVolume3
1#/definitions/io.k8s.api.core.v1.FlexVolumeSource
A
flocker6
4#/definitions/io.k8s.api.core.v1.FlockerVolumeSource
U
gcePersistentDisk@
>#/definitions/io.k8s.api.core.v1.GCEPersistentDiskVolumeSource
A
gitRepo6
4#/definitions/io.k8s.api.core.v1.GitRepoVolumeSource
E
	glusterfs8
6#/definitions/io.k8s.api.core.v1.GlusterfsVolumeSource
C
hostPath7
5#/definitions/io.k8s.api.core.v1.HostPathVolumeSource
=
image4
2#/definitions/io.k8s.api.core.v1.ImageVolumeSource
=
iscsi4
2#/definitions/io.k8s.api.core.v1.ISCSIVolumeSource

name≤
string
9
nfs2
0#/definitions/io.k8s.api.core.v1.NFSVolumeSource
]
persistentVolumeClaimD
B#/definitions/io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource
[
photonPersistentDiskC
A#/definitions/io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource
I
portworxVolume7
5#/definitions/io.k8s.api.core.v1.PortworxVolumeSource
E
	projected8
6#/definitions/io.k8s.api.core.v1.ProjectedVolumeSource
A
quobyte6
4#/definitions/io.k8s.api.core.v1.QuobyteVolumeSource
9
rbd2
0#/definitions/io.k8s.api.core.v1.RBDVolumeSource
A
scaleIO6
4#/definitions/io.k8s.api.core.v1.ScaleIOVolumeSource
?
secret5
3#/definitions/io.k8s.api.core.v1.SecretVolumeSource
E
	storageos8
6#/definitions/io.k8s.api.core.v1.StorageOSVolumeSource
R
vsphereVolumeA
?#/definitions/io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource
u
io.k8s.api.core.v1.VolumeDeviceRö
devicePathöname≤
object 0


devicePath≤
string

name≤
string
Ö
io.k8s.api.core.v1.VolumeMount‚ö	mountPathöname≤
object ¿

	mountPath≤
string

mountPropagation≤
string

name≤
string

readOnly≤	
boolean
 
recursiveReadOnly≤
string

subPath≤
string

subPathExpr≤
string
¥
#io.k8s.api.core.v1.VolumeProjectionå≤
object ˝
U
clusterTrustBundle?
=#/definitions/io.k8s.api.core.v1.ClusterTrustBundleProjection
C
	configMap6
4#/definitions/io.k8s.api.core.v1.ConfigMapProjection
G
downwardAPI8
6#/definitions/io.k8s.api.core.v1.DownwardAPIProjection
=
secret3
1#/definitions/io.k8s.api.core.v1.SecretProjection
W
serviceAccountToken@
>#/definitions/io.k8s.api.core.v1.ServiceAccountTokenProjection
ı
-io.k8s.api.core.v1.VolumeResourceRequirements√≤
object ¥
W
limitsM™?
=
;#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity≤
object
Y
requestsM™?
=
;#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity≤
object
≈
1io.k8s.api.core.v1.VsphereVirtualDiskVolumeSourceèö
volumePath≤
object t

fsType≤
string

storagePolicyID≤
string
 
storagePolicyName≤
string


volumePath≤
string
æ
*io.k8s.api.core.v1.WeightedPodAffinityTermèöpodAffinityTermöweight≤
object f
E
podAffinityTerm2
0#/definitions/io.k8s.api.core.v1.PodAffinityTerm

weightint32≤	
integer
…
0io.k8s.api.core.v1.WindowsSecurityContextOptionsî≤
object Ö
!
gmsaCredentialSpec≤
string
%
gmsaCredentialSpecName≤
string

hostProcess≤	
boolean

runAsUserName≤
string
t
 io.k8s.api.networking.v1.IPBlockPöcidr≤
object ;

cidr≤
string
$
except≤
array∫
≤
string
‚
&io.k8s.api.networking.v1.NetworkPolicy∑≤
object ¡


apiVersion≤
string

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
B
spec:
8#/definitions/io.k8s.api.networking.v1.NetworkPolicySpec˙d
x-kubernetes-group-version-kindA?- group: networking.k8s.io
  kind: NetworkPolicy
  version: v1

È
0io.k8s.api.networking.v1.NetworkPolicyEgressRule¥≤
object •
R
portsI≤
array∫<
:
8#/definitions/io.k8s.api.networking.v1.NetworkPolicyPort
O
toI≤
array∫<
:
8#/definitions/io.k8s.api.networking.v1.NetworkPolicyPeer
Ï
1io.k8s.api.networking.v1.NetworkPolicyIngressRule∂≤
object ß
Q
fromI≤
array∫<
:
8#/definitions/io.k8s.api.networking.v1.NetworkPolicyPeer
R
portsI≤
array∫<
:
8#/definitions/io.k8s.api.networking.v1.NetworkPolicyPort
ß
*io.k8s.api.networking.v1.NetworkPolicyPeer¯≤
object È
;
ipBlock0
.#/definitions/io.k8s.api.networking.v1.IPBlock
W
namespaceSelectorB
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector
Q
podSelectorB
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector
¿
*io.k8s.api.networking.v1.NetworkPolicyPortë≤
object Ç

endPortint32≤	
integer
G
port?
=#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString

protocol≤
string
Ç
*io.k8s.api.networking.v1.NetworkPolicySpec”öpodSelector≤
object ∂
Y
egressO≤
array∫B
@
>#/definitions/io.k8s.api.networking.v1.NetworkPolicyEgressRule
[
ingressP≤
array∫C
A
?#/definitions/io.k8s.api.networking.v1.NetworkPolicyIngressRule
Q
podSelectorB
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector
)
policyTypes≤
array∫
≤
string
ü
"io.k8s.api.rbac.v1.AggregationRuley≤
object k
i
clusterRoleSelectorsQ≤
array∫D
B
@#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector
™
io.k8s.api.rbac.v1.ClusterRoleá≤
object ã
E
aggregationRule2
0#/definitions/io.k8s.api.rbac.v1.AggregationRule


apiVersion≤
string

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
E
rules<≤
array∫/
-
+#/definitions/io.k8s.api.rbac.v1.PolicyRule˙j
x-kubernetes-group-version-kindGE- group: rbac.authorization.k8s.io
  kind: ClusterRole
  version: v1

≤
%io.k8s.api.rbac.v1.ClusterRoleBindingàöroleRef≤
object ˚


apiVersion≤
string

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
5
roleRef*
(#/definitions/io.k8s.api.rbac.v1.RoleRef
E
subjects9≤
array∫,
*
(#/definitions/io.k8s.api.rbac.v1.Subject˙q
x-kubernetes-group-version-kindNL- group: rbac.authorization.k8s.io
  kind: ClusterRoleBinding
  version: v1

å
io.k8s.api.rbac.v1.PolicyRuleÍöverbs≤
object ”
'
	apiGroups≤
array∫
≤
string
-
nonResourceURLs≤
array∫
≤
string
+
resourceNames≤
array∫
≤
string
'
	resources≤
array∫
≤
string
#
verbs≤
array∫
≤
string
’
io.k8s.api.rbac.v1.Roleπ≤
object ƒ


apiVersion≤
string

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
E
rules<≤
array∫/
-
+#/definitions/io.k8s.api.rbac.v1.PolicyRule˙c
x-kubernetes-group-version-kind@>- group: rbac.authorization.k8s.io
  kind: Role
  version: v1

§
io.k8s.api.rbac.v1.RoleBindingÅöroleRef≤
object ˚


apiVersion≤
string

kind≤
string
K
metadata?
=#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta
5
roleRef*
(#/definitions/io.k8s.api.rbac.v1.RoleRef
E
subjects9≤
array∫,
*
(#/definitions/io.k8s.api.rbac.v1.Subject˙j
x-kubernetes-group-version-kindGE- group: rbac.authorization.k8s.io
  kind: RoleBinding
  version: v1

à
io.k8s.api.rbac.v1.RoleRefjöapiGroupökindöname≤
object C

apiGroup≤
string

kind≤
string

name≤
string
ó
io.k8s.api.rbac.v1.Subjectyökindöname≤
object ]

apiGroup≤
string

kind≤
string

name≤
string

	namespace≤
string
<
-io.k8s.apimachinery.pkg.api.resource.Quantity≤
string
<
-io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1≤
object
‰
2io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector≠≤
object û
p
matchExpressions\≤
array∫O
M
K#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement
*
matchLabels™
≤
string≤
object
≥
=io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirementrökeyöoperator≤
object S

key≤
string

operator≤
string
$
values≤
array∫
≤
string
›
7io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry°≤
object í


apiVersion≤
string


fieldsType≤
string
I
fieldsV1=
;#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1

manager≤
string

	operation≤
string

subresource≤
string
A
time9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time
ü
/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMetaÎ≤
object ‹
*
annotations™
≤
string≤
object
N
creationTimestamp9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time
1
deletionGracePeriodSecondsint64≤	
integer
N
deletionTimestamp9
7#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Time
(

finalizers≤
array∫
≤
string

generateName≤
string
!

generationint64≤	
integer
%
labels™
≤
string≤
object
g
managedFieldsV≤
array∫I
G
E#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry

name≤
string

	namespace≤
string
e
ownerReferencesR≤
array∫E
C
A#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference

resourceVersion≤
string

selfLink≤
string

uid≤
string
Å
3io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference…ö
apiVersionökindönameöuid≤
object ô


apiVersion≤
string
"
blockOwnerDeletion≤	
boolean


controller≤	
boolean

kind≤
string

name≤
string

uid≤
string
C
)io.k8s.apimachinery.pkg.apis.meta.v1.Time	date-time≤
string
M
/io.k8s.apimachinery.pkg.util.intstr.IntOrStringint-or-string≤
string