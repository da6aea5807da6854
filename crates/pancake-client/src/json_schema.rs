//! JSON schemas of the handwritten types, as they stand in the API document.

/// Implements `schemars::JsonSchema` with a fixed schema.
macro_rules! json_schema_of {
    ($($name:ident => { $($schema:tt)* }),+ $(,)?) => {$(
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($name))
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ $($schema)* })
            }
        }
    )+};
}

pub(crate) use json_schema_of;

/// Leaves every field of a schema optional: a response can do without any of them, and what is written leaves absent ones
/// out.
pub(crate) fn optional(schema: &mut schemars::Schema) {
    schema.remove("required");
}
