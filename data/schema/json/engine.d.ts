// Made by `shardbook schema typescript` from data/schema/engine.yaml. Don't edit.

/** The parallelism of one server. */
export interface EngineConfig {
  /**
   * Tensor parallelism; every layer's weights are split over this many GPUs.
   *
   * Each GPU holds a slice of every layer, and the GPUs exchange their results after each of them. Raise it
   * until the weights fit, with room for the KV cache; a power of two divides attention heads and weights evenly.
   */
  tp: number;
  /**
   * Data parallelism; this many replicas of the model, or attention groups with DP attention.
   *
   * Without DP attention every replica is a whole model on `tp` GPUs of its own, so that `tp × dp` GPUs are
   * needed; a router in front of separate servers usually does better. With `enable_dp_attention` the groups
   * share the `tp` GPUs: attention is computed per group, feed-forward layers over all of them.
   */
  dp?: number | null;
  /**
   * Expert parallelism; the experts of an MoE model are spread over this many groups.
   *
   * Each group holds a part of the experts whole instead of a slice of every expert. It divides `tp`, and the
   * number of the model's routed experts is a multiple of it. It does nothing for a model without experts.
   */
  ep?: number | null;
  /**
   * Attention runs data-parallel, feed-forward layers tensor-parallel.
   *
   * A model with few KV heads would keep a copy of the same KV cache on many GPUs under plain tensor
   * parallelism. With DP attention each group keeps the cache of its own requests only, which leaves room for
   * larger batches. The number of groups is `dp`, which divides `tp`; usually they are equal.
   * From 0.5.23 on the flag is deprecated, and the number of groups says all.
   */
  enable_dp_attention?: boolean | null;
  /**
   * Pipeline parallelism; the layers are split into this many stages.
   *
   * Each stage holds some of the layers whole and hands its results to the next one. It needs less traffic
   * between GPUs than tensor parallelism, which helps across nodes.
   */
  pp?: number | null;
  /**
   * Data parallelism of the experts; this many groups compute the MoE layers independently.
   *
   * It divides `tp`, and `ep × moe_dp` is at most `tp`. The engine has it from 0.5.10 on.
   */
  moe_dp?: number | null;
  /**
   * The number of nodes that serve the model together.
   *
   * Every node runs the same command with its own `--node-rank`, and all of them name the first one's address
   * with `--dist-init-addr`. The GPUs are shared out evenly, so that it divides `tp × pp`.
   */
  nnodes?: number | null;
}

/** One server: its parallelism, its environment and further words of its command line. */
export interface EngineBlock extends EngineConfig {
  env_vars?: Record<string, string> | null;
  extra_args?: string[] | null;
}

/** What a language model can do. */
export interface LlmAttributes {
  thinking_capability?: "thinking" | "non_thinking" | "hybrid" | null;
  tool_parser?: string | null;
  reasoning_parser?: string | null;
  chat_template?: string | null;
}

/** What a model for images or video can do. */
export interface DiffusionAttributes {
  model_type?: string | null;
  task_types?: string[] | null;
  supports_lora?: boolean | null;
  ulysses_degree?: number | null;
  ring_degree?: number | null;
  dit_layerwise_offload?: boolean | null;
}

/** The servers of a configuration: one, or two for disaggregated serving. */
export type Servers =
  | { engine: EngineBlock; prefill?: null; decode?: null }
  | { engine?: null; prefill: EngineBlock; decode: EngineBlock };

/** One way to serve a model on one kind of GPU. */
export type Configuration = Servers & {
  name: string;
  attributes: { nodes: 'single' | 'multi'; optimization: string; quantization: string };
  quantized_model_path?: string | null;
};

/** One set of weights, and how it is served on each kind of GPU. */
export interface Model {
  name: string;
  model_path: string;
  attributes: { llm: LlmAttributes } | { diffusion: DiffusionAttributes };
  hardware: Record<string, { configurations: Configuration[] }>;
  speculative_draft_model?: string | null;
}

/** A family of models. */
export interface Family {
  name: string;
  description?: string | null;
  models: Model[];
}

/** A compiled file. */
export interface CompiledFile {
  vendor: string;
  families: Family[];
}
