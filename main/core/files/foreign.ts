// The files that are not ONNX models: what each is, and how to get an ONNX model from it.
// Owns the words. Reads no bytes; `sniff.ts` recognises.

/** What a file is, to complete “… is”, and the next step. */
export interface Foreign { readonly what: string; readonly how: string }

const sklearn = 'In the Python that trained it, with skl2onnx: onnx_model = skl2onnx.to_onnx(model, X_train[:1], options={"zipmap": False}), then write onnx_model.SerializeToString() to a .onnx file.'
const torch = 'In Python, build the model, load these weights, then: torch.onnx.export(model.eval(), example_input, "model.onnx", dynamo=True).'
const keras = 'In Python: model.export("model.onnx", format="onnx") with Keras 3, or python -m tf2onnx.convert --keras model.keras --output model.onnx.'
const xgboost = 'In Python: load it with xgboost.XGBClassifier() or XGBRegressor() and load_model(), then onnxmltools.convert_xgboost(model, initial_types=[("X", FloatTensorType([None, n_features]))]) and save the result as .onnx.'
const lightgbm = 'In Python: booster = lightgbm.Booster(model_file="…"), then onnxmltools.convert_lightgbm(booster, initial_types=[("X", FloatTensorType([None, n_features]))], zipmap=False) and save the result as .onnx.'
const unpack = 'Unpack it and choose the .onnx file inside.'
const choose = 'Choose the .onnx file of the model.'
const table = 'It may be a data set: add it as one, and choose a .onnx file as the model.'
const fromTraining = 'Export the model to ONNX with the library that trained it, then choose the .onnx file.'

export const foreign = {
  empty: { what: 'empty: it has no bytes', how: 'Copy or export the model again.' },
  folder: { what: 'a folder', how: 'Choose the folder that holds a .onnx file, or the file itself.' },
  pickle: { what: 'a Python pickle, which runs code when it is opened and was therefore not opened', how: `${sklearn} For other libraries use their own export to ONNX.` },
  sklearnPickle: { what: 'a Python pickle with a scikit-learn model, which runs code when it is opened and was therefore not opened', how: sklearn },
  xgboostPickle: { what: 'a Python pickle with an XGBoost model, which runs code when it is opened and was therefore not opened', how: xgboost },
  lightgbmPickle: { what: 'a Python pickle with a LightGBM model, which runs code when it is opened and was therefore not opened', how: lightgbm },
  joblib: { what: 'a compressed Python pickle (joblib), which runs code when it is opened and was therefore not opened', how: sklearn },
  torchZip: { what: 'a PyTorch file (.pt or .pth), which holds a Python pickle and was therefore not opened', how: torch },
  torchLegacy: { what: 'an old PyTorch file, which holds a Python pickle and was therefore not opened', how: torch },
  torchScript: { what: 'a TorchScript program', how: 'In Python: model = torch.jit.load("model.pt").eval(), then torch.onnx.export(model, example_input, "model.onnx", dynamo=False).' },
  torchExport: { what: 'an exported PyTorch program (.pt2)', how: 'In Python: program = torch.export.load("model.pt2"), then torch.onnx.export(program, example_input, dynamo=True).save("model.onnx").' },
  executorch: { what: 'an ExecuTorch program (.pte)', how: torch },
  kerasZip: { what: 'a Keras model (.keras)', how: keras },
  hdf5: { what: 'an HDF5 file, as Keras writes for models and weights (.h5)', how: `${keras} If it holds weights only, build the model in code and load them first.` },
  savedModel: { what: 'the graph of a TensorFlow SavedModel', how: 'With the whole SavedModel folder: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx.' },
  graphDef: { what: 'a frozen TensorFlow graph', how: 'python -m tf2onnx.convert --graphdef model.pb --inputs INPUT:0 --outputs OUTPUT:0 --output model.onnx.' },
  tflite: { what: 'a TensorFlow Lite model', how: 'python -m tf2onnx.convert --tflite model.tflite --output model.onnx.' },
  coreml: { what: 'a Core ML model', how: 'Export the original model to ONNX where it was trained; for old .mlmodel files: onnxmltools.convert_coreml(coremltools.utils.load_spec("model.mlmodel")).' },
  coremlPackage: { what: 'a Core ML package (.mlpackage)', how: 'Core ML packages cannot be turned back; export the original model to ONNX where it was trained.' },
  gguf: { what: 'a GGUF file, a language model for llama.cpp', how: 'From the original model of the hub: optimum-cli export onnx --model NAME folder/.' },
  ggml: { what: 'a GGML file, a language model for old versions of llama.cpp', how: 'From the original model of the hub: optimum-cli export onnx --model NAME folder/.' },
  safetensors: { what: 'a safetensors file: weights without the graph of the model', how: 'Load the weights into the model in Python and use torch.onnx.export, or optimum-cli export onnx --model FOLDER folder/.' },
  xgboostJson: { what: 'an XGBoost model (JSON)', how: xgboost },
  xgboostUbj: { what: 'an XGBoost model (UBJSON)', how: xgboost },
  xgboostBinary: { what: 'an XGBoost model (old binary format)', how: xgboost },
  xgboostDump: { what: 'a text dump of an XGBoost model, which cannot be loaded again', how: xgboost },
  lightgbm: { what: 'a LightGBM model (text)', how: lightgbm },
  catboost: { what: 'a CatBoost model', how: 'In Python: model = catboost.CatBoost().load_model("model.cbm"), then model.save_model("model.onnx", format="onnx").' },
  catboostJson: { what: 'a CatBoost model (JSON)', how: 'In Python: model = catboost.CatBoost().load_model("model.json", format="json"), then model.save_model("model.onnx", format="onnx").' },
  pmml: { what: 'a PMML model', how: 'PMML cannot be turned into ONNX directly; export the original model, for scikit-learn with skl2onnx.to_onnx(model, X_train[:1]).' },
  ort: { what: 'a model in the runtime’s own ORT format', how: 'Choose the .onnx file that it was made from; the ORT format cannot be turned back.' },
  openvino: { what: 'an OpenVINO model (XML)', how: 'Choose the .onnx file that it was made from, or export the original model to ONNX.' },
  tensorrt: { what: 'a TensorRT engine, built for one graphics card', how: 'Choose the .onnx file that it was made from.' },
  paddle: { what: 'a Paddle model', how: 'paddle2onnx --model_dir FOLDER --model_filename model.pdmodel --params_filename model.pdiparams --save_file model.onnx.' },
  kerasJson: { what: 'the architecture of a Keras model as JSON, without weights', how: keras },
  tfjs: { what: 'a TensorFlow.js model description', how: 'python -m tf2onnx.convert --tfjs model.json --output model.onnx.' },
  onnxText: { what: 'an ONNX model written as text', how: 'In Python: onnx.save(onnx.parser.parse_model(text), "model.onnx"), or onnx.load("model.textproto", format="textproto") first.' },
  numpy: { what: 'a NumPy array (.npy)', how: fromTraining },
  numpyZip: { what: 'an archive of NumPy arrays (.npz)', how: fromTraining },
  rds: { what: 'an R object (RDS or RData)', how: 'Train or rebuild the model with a library that exports ONNX, for R models often by way of Python or PMML.' },
  matlab: { what: 'a MATLAB file', how: 'In MATLAB: exportONNXNetwork(net, "model.onnx").' },
  zip: { what: 'a zip archive', how: 'Import the archive as it is if it holds a .onnx file, or unpack it and choose that file.' },
  gzip: { what: 'a gzip-compressed file', how: unpack },
  tar: { what: 'a tar archive', how: unpack },
  sevenZip: { what: 'a 7z archive', how: unpack },
  rar: { what: 'a RAR archive', how: unpack },
  compressed: { what: 'a compressed file (bzip2, xz, zstd, LZ4 or zlib)', how: unpack },
  lfs: { what: 'a Git LFS pointer: the model itself was not downloaded', how: 'In the repository run git lfs pull, then choose the file again.' },
  html: { what: 'a web page, not the file behind it', how: 'Download the file itself (the raw or download link), then try again.' },
  xml: { what: 'an XML file', how: choose },
  json: { what: 'a JSON text', how: choose },
  text: { what: 'a text file', how: choose },
  image: { what: 'an image', how: choose },
  pdf: { what: 'a PDF document', how: choose },
  parquet: { what: 'a Parquet table', how: table },
  arrow: { what: 'an Arrow or Feather table', how: table },
  sqlite: { what: 'an SQLite database', how: choose },
  executable: { what: 'a program or library for this or another computer; it was not started', how: choose },
  script: { what: 'a script; it was not started', how: choose },
  office: { what: 'an office document', how: table },
} as const satisfies Readonly<Record<string, Foreign>>

export type ForeignKind = keyof typeof foreign
