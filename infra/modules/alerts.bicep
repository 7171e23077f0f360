@description('What tells operations that Keyturn is not alive. Each rule asks for proof of life: silence fires, too.')
param names { prefix: string, test: string }
param location string
param tags object
param insightsId string
param publicUrl string
param locations string[]
param emails string[]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: '${names.prefix}-operations'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'Keyturn'
    emailReceivers: [
      for (email, index) in emails: {
        name: 'operations-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// Something outside has to ask: timers can stop while the app answers. Asking also starts a check that was missed.
resource test 'Microsoft.Insights/webtests@2022-06-15' = {
  name: names.test
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: names.test
    Name: names.test
    Description: 'Whether Keyturn has checked every tenant within 26 hours.'
    Enabled: true
    Frequency: 900
    Timeout: 60
    Kind: 'standard'
    RetryEnabled: true
    Locations: [for id in locations: { Id: id }]
    Request: {
      RequestUrl: '${publicUrl}/api/health'
      HttpVerb: 'GET'
      FollowRedirects: false
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      IgnoreHttpStatusCode: false
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

var rules = [
  {
    name: 'not-healthy'
    severity: 1
    description: 'No healthy answer of /api/health for an hour: a tenant was not read whole within 26 hours, settings are wrong, or nothing answers. Open /api/health as a reader, see docs/operate.md.'
    query: 'availabilityResults | where name == "${names.test}" and tostring(success) in~ ("1", "true") | summarize Count = count()'
    operator: 'LessThan'
    threshold: 1
    window: 'PT1H'
  }
  {
    name: 'timers-stopped'
    severity: 1
    description: 'The timer "sweep" has not run for an hour: restart the app, then look at its deployment.'
    query: 'requests | where name == "sweep" and tostring(success) in~ ("1", "true") | summarize Count = count()'
    operator: 'LessThan'
    threshold: 1
    window: 'PT1H'
  }
  {
    name: 'needs-someone'
    severity: 2
    description: 'Keyturn logged something that a human must act on. Open the query of this alert: the sentence says what.'
    query: 'traces | where tostring(parse_json(message).level) == "error" | summarize Count = count()'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT15M'
  }
  {
    name: 'given-up'
    severity: 2
    description: 'A queue message failed five times and was put aside. What it meant is found again by the sweep; the reason is in the log of the function.'
    query: 'traces | where message has "MaxDequeueCount" | summarize Count = count()'
    operator: 'GreaterThan'
    threshold: 0
    window: 'PT15M'
  }
  {
    name: 'requests-failing'
    severity: 2
    description: 'More than ten requests failed on the server within 15 minutes. /api/health is not among them.'
    query: 'requests | where toint(resultCode) >= 500 and name !in ("health", "live") | summarize Count = count()'
    operator: 'GreaterThan'
    threshold: 10
    window: 'PT15M'
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${names.prefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Keyturn: ${rule.name}'
      description: rule.description
      enabled: true
      severity: rule.severity
      scopes: [insightsId]
      evaluationFrequency: 'PT15M'
      windowSize: rule.window
      autoMitigate: true
      // The tables appear with the first line that is written to them.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'Count'
            timeAggregation: 'Total'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(emails) ? [] : [people.id] }
    }
  }
]
