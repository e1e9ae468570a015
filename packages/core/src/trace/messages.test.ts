import type { Json } from "@pawl/plugin";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conversationOf } from "./messages.ts";

describe("exchanges in every wire format", () => {
  test("chat completions, with reasoning, tools and a refusal", () => {
    const request: Json = {
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Where is 7?" },
            { type: "image_url", image_url: "x" },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c1", type: "function", function: { name: "look_up", arguments: '{"order":7}' } }],
        },
        { role: "tool", tool_call_id: "c1", content: "shipped" },
      ],
    };
    const response: Json = {
      choices: [
        {
          message: { role: "assistant", content: "On its way.", reasoning_content: "It was shipped." },
          finish_reason: "stop",
        },
      ],
    };
    expect(conversationOf({ request, response })).toEqual({
      input: [
        { role: "system", parts: [{ kind: "text", text: "Be brief." }] },
        {
          role: "user",
          parts: [
            { kind: "text", text: "Where is 7?" },
            { kind: "other", value: { type: "image_url", image_url: "x" } },
          ],
        },
        { role: "assistant", parts: [{ kind: "tool-call", id: "c1", name: "look_up", input: { order: 7 } }] },
        { role: "tool", parts: [{ kind: "tool-result", id: "c1", output: "shipped" }] },
      ],
      output: [
        {
          role: "assistant",
          parts: [
            { kind: "reasoning", text: "It was shipped." },
            { kind: "text", text: "On its way." },
          ],
        },
      ],
      finishReasons: ["stop"],
    });
  });

  test("messages of Anthropic, with thinking and tools", () => {
    const request: Json = {
      system: "Be brief.",
      messages: [{ role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "shipped" }] }],
    };
    const response: Json = {
      content: [
        { type: "thinking", thinking: "Hm." },
        { type: "tool_use", id: "t2", name: "answer", input: { text: "x" } },
      ],
      stop_reason: "tool_use",
    };
    const { input, output, finishReasons } = conversationOf({ request, response });
    expect(input.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(input[1]?.parts).toEqual([{ kind: "tool-result", id: "t1", output: "shipped" }]);
    expect(output[0]?.parts).toEqual([
      { kind: "reasoning", text: "Hm." },
      { kind: "tool-call", id: "t2", name: "answer", input: { text: "x" } },
    ]);
    expect(finishReasons).toEqual(["tool_use"]);
  });

  test("responses of OpenAI, and arguments that are no JSON", () => {
    const request: Json = {
      instructions: "Be brief.",
      input: [
        { role: "user", content: "Hi" },
        { type: "function_call_output", call_id: "c1", output: "1" },
      ],
    };
    const response: Json = {
      output: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] },
        { type: "function_call", call_id: "c2", name: "f", arguments: "{oops" },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello" }] },
      ],
    };
    const { input, output } = conversationOf({ request, response });
    expect(input.map(({ role }) => role)).toEqual(["system", "user", "tool"]);
    expect(output.flatMap(({ parts }) => parts)).toEqual([
      { kind: "reasoning", text: "Hm." },
      { kind: "tool-call", id: "c2", name: "f", input: "{oops" },
      { kind: "text", text: "Hello" },
    ]);
  });

  test("whatever somebody answers, it is read without an error, and is not lost", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (request, response) => {
        expect(conversationOf({ request: request as Json, response: response as Json }).output).toBeInstanceOf(Array);
      }),
    );
    expect(conversationOf({ request: {}, response: "Bad gateway" }).output).toEqual([
      { role: "assistant", parts: [{ kind: "text", text: "Bad gateway" }] },
    ]);
  });
});
