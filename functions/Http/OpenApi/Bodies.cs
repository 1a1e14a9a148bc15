namespace AgentFunctions.Http.OpenApi;

/// <summary>JSON schemas of request bodies.</summary>
internal static class Bodies
{
    public const string Thread = """
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["tenant", "budgetUsd"],
          "properties": {
            "threadId": { "$ref": "#/components/schemas/Id" },
            "tenant": { "$ref": "#/components/schemas/Id" },
            "department": { "$ref": "#/components/schemas/Id" },
            "budgetUsd": { "type": "number", "minimum": 0, "maximum": 1000000000 },
            "limits": { "$ref": "#/components/schemas/Limits" },
            "metadata": { "type": "object" }
          }
        }
        """;

    public const string Budget = """
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["by", "reason"],
          "anyOf": [{ "required": ["limitUsd"] }, { "required": ["limits"] }],
          "properties": {
            "limitUsd": { "type": "number", "minimum": 0, "maximum": 1000000000 },
            "limits": { "$ref": "#/components/schemas/Limits", "description": "Limits that are not given stay; null takes one away." },
            "alertAt": { "type": "number", "exclusiveMinimum": 0, "maximum": 1 },
            "by": { "type": "string", "minLength": 1 },
            "reason": { "type": "string", "minLength": 1 },
            "runId": { "type": "string", "description": "An unfinished run of the thread whose own limits they are; without it the thread's." }
          }
        }
        """;

    public const string Memory = """
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["value"],
          "properties": {
            "value": { "description": "Any JSON but null, up to Memory:MaxValueBytes." },
            "by": { "type": "string", "minLength": 1, "description": "Who changes it." }
          }
        }
        """;

    public const string Schedule = """
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["threadId", "agent", "goal"],
          "oneOf": [{ "required": ["cron"] }, { "required": ["interval"] }],
          "properties": {
            "threadId": { "$ref": "#/components/schemas/Id" },
            "agent": { "$ref": "#/components/schemas/Id" },
            "goal": { "type": "string", "minLength": 1 },
            "input": {},
            "plan": { "type": "object" },
            "budgetUsd": { "type": "number", "minimum": 0, "maximum": 1000000000 },
            "limits": { "$ref": "#/components/schemas/Limits" },
            "priority": { "enum": ["urgent", "normal", "batch"], "default": "normal", "description": "Of each run." },
            "deadlineAfter": { "type": "string", "description": "A duration by ISO 8601; each run expires so long after its fire time." },
            "cron": { "type": "string", "description": "Five fields, or six with seconds in front." },
            "timeZone": { "type": "string", "description": "IANA id of the zone of the cron expression.", "default": "UTC" },
            "interval": { "type": "string", "description": "A duration by ISO 8601, from PT1S on." },
            "startAt": { "type": "string", "format": "date-time" },
            "endAt": { "type": "string", "format": "date-time" },
            "overlap": { "enum": ["skip", "queue", "cancelPrevious"], "default": "skip" },
            "catchUpWindow": { "type": "string", "description": "A duration by ISO 8601, up to P31D: fire times that the app comes to later are missed.", "default": "PT1H" },
            "by": { "type": "string", "minLength": 1, "description": "Who changes it." }
          }
        }
        """;

    public const string DepartmentBudget = """
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["limits", "by", "reason"],
          "properties": {
            "limits": { "$ref": "#/components/schemas/Limits", "description": "All limits; what is not given is not limited." },
            "alertAt": { "type": "number", "exclusiveMinimum": 0, "maximum": 1 },
            "by": { "type": "string", "minLength": 1 },
            "reason": { "type": "string", "minLength": 1 }
          }
        }
        """;

    public const string Limits = """
        {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "usd": { "type": ["number", "null"], "minimum": 0, "maximum": 1000000000 },
            "tokens": { "type": ["integer", "null"], "minimum": 0, "maximum": 1000000000000000 },
            "modelCalls": { "type": ["integer", "null"], "minimum": 0, "maximum": 1000000000000000 },
            "toolCalls": { "type": ["integer", "null"], "minimum": 0, "maximum": 1000000000000000 },
            "steps": { "type": ["integer", "null"], "minimum": 0, "maximum": 1000000000000000 },
            "wallClock": { "type": ["string", "null"], "description": "ISO 8601, such as PT10M: time at work, pauses for budget not counted." }
          }
        }
        """;

    public const string Run = """
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["agent", "goal"],
          "properties": {
            "agent": { "$ref": "#/components/schemas/Id" },
            "goal": { "type": "string", "minLength": 1, "description": "At most 102,400 bytes of UTF-8." },
            "input": { "description": "Any JSON; plans refer to it as ${input.path}." },
            "budgetUsd": { "type": "number", "minimum": 0, "maximum": 1000000000 },
            "limits": { "$ref": "#/components/schemas/Limits" },
            "deadline": { "type": "string", "format": "date-time" },
            "planApproval": { "type": "boolean" },
            "resultApproval": { "type": "boolean" },
            "priority": { "enum": ["urgent", "normal", "batch"], "default": "normal" },
            "plan": {
              "type": "object",
              "required": ["steps"],
              "properties": {
                "steps": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["id", "kind"],
                    "properties": {
                      "id": { "$ref": "#/components/schemas/Id" },
                      "kind": { "enum": ["tool", "agent", "fanOut", "approval"] },
                      "dependsOn": { "type": "array", "items": { "type": "string" } },
                      "onFailure": { "enum": ["replan", "replanThenContinue", "continue", "fail", "rollback"] },
                      "tool": { "type": "string" },
                      "args": { "type": "object" },
                      "agent": { "type": "string" },
                      "goal": { "type": "string" },
                      "input": {},
                      "items": {},
                      "description": { "type": "string" },
                      "approval": {
                        "type": "object",
                        "additionalProperties": false,
                        "description": "On which terms a human decides before the step starts.",
                        "properties": {
                          "allow": { "type": "array", "minItems": 1, "items": { "enum": ["accept", "edit", "response", "ignore"] } },
                          "groups": { "type": "array", "items": { "type": "string" } },
                          "approvers": { "type": "integer", "minimum": 1, "maximum": 10 },
                          "expiresAfter": { "type": "string", "format": "duration" },
                          "onExpiry": { "enum": ["accept", "response", "ignore"] },
                          "remindAfter": { "type": "string", "format": "duration" },
                          "escalateAfter": { "type": "string", "format": "duration" },
                          "escalateTo": { "type": "array", "items": { "type": "string" } }
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
        """;

    public const string Control = """
        {
          "type": "object",
          "additionalProperties": false,
          "properties": { "by": { "type": "string" }, "reason": { "type": "string" } }
        }
        """;

    public const string Settlement = """
        {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "by": { "type": "string", "minLength": 1, "description": "Required where principals are off; where they are on, who is signed in counts." },
            "reason": { "type": "string" }
          }
        }
        """;

    public const string Rollback = """
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["checkpoint", "by", "reason"],
          "properties": {
            "checkpoint": { "type": "integer", "minimum": 1, "description": "Its number, as GET /runs/{runId}/checkpoints lists it." },
            "by": { "type": "string", "minLength": 1 },
            "reason": { "type": "string", "minLength": 1 },
            "instruction": { "type": "string", "minLength": 1, "description": "What the agent or its planner is told in addition." },
            "plan": { "type": "object", "description": "Takes the place of what was not done; as in POST /threads/{threadId}/runs." }
          }
        }
        """;

    public const string Approval = """
        {
          "type": "object",
          "additionalProperties": false,
          "required": ["type"],
          "properties": {
            "type": { "enum": ["accept", "edit", "response", "ignore"] },
            "args": { "type": "object", "description": "The changed arguments of an edit, or {text} of a response." },
            "by": { "type": "string", "minLength": 1, "description": "Required where principals are off; where they are on, who is signed in counts." },
            "reason": { "type": "string" },
            "revision": { "type": "integer", "minimum": 1, "description": "Of the arguments that were looked at; needed once somebody has changed them." }
          }
        }
        """;
}
